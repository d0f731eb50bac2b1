export { ANNOUNCED_TTL_S, announcedKey, type Announced, type HeldVersion } from './receipt-keys.js';
export { REDIS_NOW } from './receipt-scripts.js';
export { readReceipts, type Receipt, type Receipts } from './read-receipts.js';
export type { CountedStream, StreamGroup } from './stream-counts.js';
export { VersionReceipts } from './version-receipts.js';
