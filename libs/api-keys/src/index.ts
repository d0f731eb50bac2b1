export { KeyCheck } from './check/key-check.js';
export { KeysModule } from './keys.module.js';
export { RevocationPoll } from './revocation/revocation-poll.js';
export { RedisRevocations, type RevocationSource } from './revocation/revocation-sources.js';
export { Revocations } from './revocation/revocations.js';
