export * from './accounts.js';
export * from './auth.js';
export * from './flags.js';
export * from './no-fields.js';
