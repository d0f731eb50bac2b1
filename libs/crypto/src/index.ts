export { Argon2Hasher, type HashRank } from './argon2-hasher.js';
export { generateRs256Key, Rs256Signer } from './rs256.js';
export { deriveKey, SealedBox } from './sealed-box.js';
export { randomTail, TimeOrderedIds } from './time-ordered-ids.js';
export { UuidV7Ids } from './uuid-v7-ids.js';
