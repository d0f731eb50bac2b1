export { KeyDirectory } from './cache/key-directory.js';
export {
  type FoundKey,
  keyRecordKey,
  REVOKED_AS_OF,
  REVOKED_AS_OF_TTL_MS,
  REVOKED_KEYS,
  REVOKED_KEYS_WHOLE,
  type RevokedKey,
} from './cache/redis-names.js';
export { KeyCheck, type KeyHasher } from './check/key-check.js';
export { invalidKey } from './check/key-refusals.js';
export { KeysModule } from './keys.module.js';
export { Revocations } from './revocation/revocations.js';
