import { flagsRpc } from '#libs/contracts';
import { handle, type RpcHandler } from '#libs/service';
import type { Flags } from '../composition.js';

export const configHandlers = ({ listConfigs, getConfig, updateConfig, copyConfig }: Flags): readonly RpcHandler[] => [
  handle(flagsRpc.listConfigs, listConfigs),
  handle(flagsRpc.getConfig, getConfig),
  handle(flagsRpc.updateConfig, updateConfig),
  handle(flagsRpc.copyConfig, copyConfig),
];
