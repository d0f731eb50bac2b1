export * from './define-fact.js';
export * from './flags.v1.js';
export * from './targeting.v1.js';
export * from './accounts.v1.js';
export * from './audit-recorded.v1.js';
export * from './evaluation.v1.js';
export * from './ruleset-changed.v1.js';
export * from './catalogue.js';
