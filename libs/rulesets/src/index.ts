export { readReceipts } from './receipts/read-receipts.js';
export { ANNOUNCED_TTL_S, announcedKey } from './receipts/receipt-keys.js';
export { REDIS_NOW } from './receipts/receipt-scripts.js';
export { VersionReceipts } from './receipts/version-receipts.js';
export { emptyScope, type ScopeState } from './replica/apply.js';
export { RulesetReplica } from './replica/ruleset-replica.js';
export { SnapshotFile } from './snapshot/snapshot-file.js';
export {
  deltasKey,
  EPOCH_FIELD,
  type NewestVersions,
  RedisThenRpc,
  rulesetKey,
  SnapshotSource,
  VERSION_FIELD,
} from './snapshot/snapshot-source.js';
