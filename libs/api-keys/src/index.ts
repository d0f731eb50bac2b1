export { KeyDirectory } from './cache/key-directory.js';
export { KeyCheck, type KeyHasher } from './check/key-check.js';
export { invalidKey } from './check/key-refusals.js';
export { KeysModule } from './keys.module.js';
export { Revocations } from './revocation/revocations.js';
