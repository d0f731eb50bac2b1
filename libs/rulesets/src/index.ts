export { readReceipts } from './receipts/read-receipts.js';
export { REDIS_NOW } from './receipts/receipt-scripts.js';
export { VersionReceipts } from './receipts/version-receipts.js';
export { type RulesetUpdate, type ScopeState } from './replica/apply.js';
export { RulesetReplica } from './replica/ruleset-replica.js';
export { type HeldRuleset, type RulesetReader } from './ruleset-reader.js';
export { SnapshotFile } from './snapshot/snapshot-file.js';
export { RedisThenRpc } from './snapshot/snapshot-source.js';
