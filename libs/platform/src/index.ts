export { csvLine } from './csv/csv-line.js';
export { EdgeModule } from './edge/edge.module.js';
export { KeyedEdgeModule } from './edge/keyed-edge.module.js';
export { keysGuard, noteRevoked } from './edge/keys-guard.js';
export { type StreamToken, StreamTokens } from './edge/stream-token.js';
export { KeyCheck } from './keys/key-check.js';
export { KeyDirectory } from './keys/key-directory.js';
export { invalidKey } from './keys/key-refusals.js';
export { KeysModule } from './keys/keys.module.js';
export {
  keyRecordKey,
  REVOKED_AS_OF,
  REVOKED_AS_OF_TTL_MS,
  REVOKED_KEYS,
  REVOKED_KEYS_WHOLE,
  type RevokedKey,
} from './keys/redis-names.js';
export { Revocations } from './keys/revocations.js';
export { readReceipts } from './receipts/read-receipts.js';
export { ANNOUNCED_TTL_S, announcedKey } from './receipts/receipt-keys.js';
export { REDIS_NOW } from './receipts/receipt-scripts.js';
export { VersionReceipts } from './receipts/version-receipts.js';
export { emptyScope } from './replica/apply.js';
export { RulesetReplica } from './replica/ruleset-replica.js';
export { deltasKey, EPOCH_FIELD, rulesetKey, VERSION_FIELD } from './replica/snapshot-source.js';
