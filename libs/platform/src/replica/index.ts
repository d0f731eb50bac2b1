export {
  applyDelta,
  compareVersions,
  emptyScope,
  replaceAll,
  type AppliedChange,
  type Delta,
  type RulesetUpdate,
  type ScopeState,
} from './apply.js';
export {
  deltasKey,
  EPOCH_FIELD,
  RedisThenRpc,
  rulesetKey,
  SnapshotSource,
  VERSION_FIELD,
  type NewestVersions,
} from './snapshot-source.js';
export { SnapshotFile } from './snapshot-file.js';
export type { HeldScopes } from './held-scopes.js';
export { RulesetReplica, type ReplicaOptions, type UpdateListener } from './ruleset-replica.js';
