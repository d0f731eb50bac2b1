import { flagsRpc } from '#libs/contracts';
import { handleInternal, type RpcHandler } from '#libs/service';
import type { Flags } from '../composition.js';

/** For evaluators. */
export const rulesetHandlers = ({ getRuleset, getVersions, reportVersions }: Flags): readonly RpcHandler[] => [
  handleInternal(flagsRpc.getRuleset, getRuleset),
  handleInternal(flagsRpc.getVersions, getVersions),
  handleInternal(flagsRpc.reportVersions, reportVersions),
];
