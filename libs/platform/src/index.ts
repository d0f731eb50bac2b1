export * from './bootstrap/index.js';
export * from './http/index.js';
export * from './keys/index.js';
export * from './logging/index.js';
export * from './messaging/index.js';
export * from './postgres/index.js';
export * from './redis/index.js';
export * from './replica/index.js';
