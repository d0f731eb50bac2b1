export { jsonDiff } from './json-diff.js';
