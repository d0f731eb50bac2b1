import { analyticsRpc } from '#libs/contracts';
import { handle, type RpcHandler } from '#libs/service';
import type { Analytics } from '../composition.js';

export const eventHandlers = ({ listEvents, countEvents, exportEvents }: Analytics): readonly RpcHandler[] => [
  handle(analyticsRpc.listEvents, listEvents),
  handle(analyticsRpc.countEvents, countEvents),
  handle(analyticsRpc.exportEvents, exportEvents),
];
