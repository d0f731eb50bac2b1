export * from './accounts.js';
export * from './auth.js';
export * from './bulk.js';
export * from './evaluate.js';
export * from './flags.js';
export * from './members.js';
export * from './no-fields.js';
export * from './targeting.js';
