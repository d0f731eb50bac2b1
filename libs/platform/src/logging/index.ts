export { createLogger, type Logger, type LoggerOptions } from './create-logger.js';
export { NestLogger } from './nest-logger.js';
export { redactFields, redactText } from './redact.js';
