export * from './condition.js';
export * from './documents.js';
export * from './download.js';
export * from './version.js';
