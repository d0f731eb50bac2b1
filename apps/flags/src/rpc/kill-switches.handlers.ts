import { flagsRpc } from '#libs/contracts';
import { handle, type RpcHandler } from '#libs/service';
import type { Flags } from '../composition.js';

export const killSwitchHandlers = (flags: Flags): readonly RpcHandler[] => [
  handle(flagsRpc.createKillSwitch, flags.createKillSwitch),
  handle(flagsRpc.listKillSwitches, flags.listKillSwitches),
  handle(flagsRpc.getKillSwitch, flags.getKillSwitch),
  handle(flagsRpc.updateKillSwitch, flags.updateKillSwitch),
  handle(flagsRpc.deleteKillSwitch, flags.deleteKillSwitch),
  handle(flagsRpc.activateKillSwitch, flags.activateKillSwitch),
  handle(flagsRpc.deactivateKillSwitch, flags.deactivateKillSwitch),
];
