export { RefusedAttempts } from './refused-attempts.js';
export { refusalOf } from './refusal-of.js';
