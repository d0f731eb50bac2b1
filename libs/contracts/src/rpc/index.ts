export * from './define-rpc.js';
export * from './accounts.js';
export * from './flags.js';
export * from './targeting.js';
export * from './audit.js';
export * from './evaluation.js';
export * from './analytics.js';
