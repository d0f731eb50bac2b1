import { flagsRpc } from '#libs/contracts';
import { handle, type RpcHandler } from '#libs/service';
import type { Flags } from '../composition.js';

export const historyHandlers = ({ listHistory, rollbackFlag }: Flags): readonly RpcHandler[] => [
  handle(flagsRpc.listHistory, listHistory),
  handle(flagsRpc.rollbackFlag, rollbackFlag),
];
