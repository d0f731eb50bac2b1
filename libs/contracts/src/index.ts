export * from './documents/index.js';
export * from './facts/index.js';
export * from './facts/meanings.js';
export * from './rpc/index.js';
export * from './api/index.js';
export * from './api-keys.js';
export * from './keys.js';
export * from './origin.js';
