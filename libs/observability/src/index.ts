export { createLogger, type Logger } from './create-logger.js';
export { FailureLog } from './failure-log.js';
export { countQuery, type LogContext, type QueryTotals, traceIdOf, withLogContext } from './log-context.js';
export { type Log } from './log.js';
export { NestLogger } from './nest-logger.js';
export { redactText } from './redaction/patterns.js';
export { isSecret, redact } from './redaction/redact-json.js';
