import { auditRpc } from '#libs/contracts';
import { handle, handleInternal, type RpcHandler } from '#libs/service';
import type { Audit } from '../composition.js';

export const deadLetterHandlers = ({ listDeadLetters, replayDeadLetter }: Audit): readonly RpcHandler[] => [
  handleInternal(auditRpc.listDeadLetters, listDeadLetters),
  handle(auditRpc.replayDeadLetter, replayDeadLetter),
];
