export { createLogger, type Logger } from './create-logger.js';
export { FailureLog } from './failure-log.js';
export { type Log } from './log.js';
export { NestLogger } from './nest-logger.js';
export { redactText } from './redaction/redact-fields.js';
export { isSecret, redact } from './redaction/redact-json.js';
