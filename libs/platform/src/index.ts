export {};
export * from './postgres/index.js';
