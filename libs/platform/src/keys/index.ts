export { KeyCheck, type KeyHasher, type KeyCheckParts } from './key-check.js';
export type { ConfirmedKey } from './known-keys.js';
export { KeyDirectory } from './key-directory.js';
export { KeysModule } from './keys.module.js';
export {
  keyRecordKey,
  REVOKED_AS_OF,
  REVOKED_AS_OF_TTL_MS,
  REVOKED_KEYS,
  REVOKED_KEYS_WHOLE,
  type RevokedKey,
} from './redis-names.js';
export { Revocations } from './revocations.js';
