export { aCheck, aKey, aRecord, HERE, KEY, LOOKUP, SettableClock, START } from './fakes/api-keys.js';
export * as generators from './generate/generators.js';
export { type Layout, type Platform, platformEnv, startPlatform } from './platform/platform.js';
export { Program } from './platform/process.js';
export { referenceOperator } from './reference/reference-conditions.js';
export { referenceEvaluate, referenceFlagKeys } from './reference/reference-evaluator.js';
