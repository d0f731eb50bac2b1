import { targetingRpc } from '#libs/contracts';
import { handle, type RpcHandler } from '#libs/service';
import type { Flags } from '../composition.js';

export const strategyHandlers = (flags: Flags): readonly RpcHandler[] => [
  handle(targetingRpc.createStrategy, flags.createStrategy),
  handle(targetingRpc.listStrategies, flags.listStrategies),
  handle(targetingRpc.getStrategy, flags.getStrategy),
  handle(targetingRpc.updateStrategy, flags.updateStrategy),
  handle(targetingRpc.deleteStrategy, flags.deleteStrategy),
];
