import type { LoggerService } from '@nestjs/common';
import type { Logger } from './create-logger.js';

/** Writes Nest's log lines in the format of `createLogger`. Nest's level `log` lists modules and routes, so it becomes `debug`. */
export class NestLogger implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log(message: unknown, ...rest: unknown[]): void {
    this.#write('debug', message, rest);
  }

  error(message: unknown, ...rest: unknown[]): void {
    this.#write('error', message, rest);
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.#write('warn', message, rest);
  }

  debug(message: unknown, ...rest: unknown[]): void {
    this.#write('debug', message, rest);
  }

  verbose(message: unknown, ...rest: unknown[]): void {
    this.#write('trace', message, rest);
  }

  fatal(message: unknown, ...rest: unknown[]): void {
    this.#write('fatal', message, rest);
  }

  /** `rest` ends with the name of the class that logs; for errors, the stack precedes it. */
  #write(level: 'trace' | 'debug' | 'warn' | 'error' | 'fatal', message: unknown, rest: readonly unknown[]): void {
    const source = typeof rest.at(-1) === 'string' ? rest.at(-1) : undefined;
    const stack = rest.length > 1 ? rest[0] : undefined;
    if (message instanceof Error) return this.logger[level]({ err: message, source }, message.message);
    if (typeof message === 'string') return this.logger[level]({ component: 'nest', source, stack }, message);
    this.logger[level]({ component: 'nest', source, stack, detail: message }, 'Nest logs a value');
  }
}
