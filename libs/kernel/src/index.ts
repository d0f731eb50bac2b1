export { AppError, type ErrorDetail } from './app-error.js';
export { errorStatus, isErrorCode, type ErrorCode } from './error-codes.js';
export { Clock, SystemClock } from './clock.js';
export { Ids } from './ids.js';
export { Secret } from './secret.js';
export type { Json, JsonObject } from './json.js';
