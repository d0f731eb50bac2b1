import { flagsRpc } from '#libs/contracts';
import { handle, type RpcHandler } from '#libs/service';
import type { Flags } from '../composition.js';

export const flagHandlers = (flags: Flags): readonly RpcHandler[] => [
  handle(flagsRpc.createFlag, flags.createFlag),
  handle(flagsRpc.createFlags, flags.createFlags),
  handle(flagsRpc.listFlags, flags.listFlags),
  handle(flagsRpc.getFlag, flags.getFlag),
  handle(flagsRpc.updateFlag, flags.updateFlag),
  handle(flagsRpc.archiveFlag, flags.archiveFlag),
  handle(flagsRpc.archiveFlags, flags.archiveFlags),
  handle(flagsRpc.restoreFlag, flags.restoreFlag),
  handle(flagsRpc.deleteFlag, flags.deleteFlag),
];
