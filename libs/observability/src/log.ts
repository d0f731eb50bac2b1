import { pino } from 'pino';

/** The part of a pino logger that is used here. */
export interface PostgresLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export const defaultLog: PostgresLog = pino({ name: 'postgres' });
