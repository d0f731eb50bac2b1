import { evaluationRpc } from '#libs/contracts';
import { handle, type RpcHandler } from '#libs/service';
import type { Evaluation } from '../composition.js';

export const evaluationHandlers = ({ evaluate }: Evaluation): readonly RpcHandler[] => [
  handle(evaluationRpc.evaluate, evaluate),
];
