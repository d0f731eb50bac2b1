import { targetingRpc } from '#libs/contracts';
import { handle, type RpcHandler } from '#libs/service';
import type { Flags } from '../composition.js';

export const segmentHandlers = (flags: Flags): readonly RpcHandler[] => [
  handle(targetingRpc.createSegment, flags.createSegment),
  handle(targetingRpc.listSegments, flags.listSegments),
  handle(targetingRpc.getSegment, flags.getSegment),
  handle(targetingRpc.updateSegment, flags.updateSegment),
  handle(targetingRpc.deleteSegment, flags.deleteSegment),
];
