export { KeyCheck } from './check/key-check.js';
export { KeysModule } from './keys.module.js';
export { Revocations } from './revocation/revocations.js';
