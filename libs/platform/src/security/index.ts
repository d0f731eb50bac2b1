export { Argon2Hasher } from './argon2-hasher.js';
export { Gate, type GateLimits } from './gate.js';
export { generateRs256Key, Rs256Signer, type Rs256Key } from './rs256.js';
export { deriveKey, SealedBox } from './sealed-box.js';
