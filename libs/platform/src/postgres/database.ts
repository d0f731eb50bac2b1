import type { Scope } from '#libs/contracts';
import type { MixedList, EntitySchema } from 'typeorm';
import type { PostgresLog } from './log.js';
import type { OutboxOptions } from './outbox.js';
import type { PostgresSettings } from './settings.js';
import type { SystemTransactionOptions, Work } from './transaction.js';

export interface DatabaseOptions extends PostgresSettings {
  readonly service: string;
  /** The row classes of the service. */
  readonly entities?: MixedList<Function | string | EntitySchema>;
  readonly outbox?: Omit<OutboxOptions, 'service' | 'causationId'>;
  readonly log?: PostgresLog;
}
export interface PoolGauge {
  readonly total: number;
  readonly idle: number;
  readonly waiting: number;
  readonly max: number;
}
export class Database {
  constructor(readonly options: DatabaseOptions) {}
  static open(options: DatabaseOptions): Database {
    return new Database(options);
  }
  transaction<T>(_scope: Scope, _work: Work<T>): Promise<T> {
    throw new Error('soon');
  }
  systemTransaction<T>(_work: Work<T>, _options: SystemTransactionOptions = {}): Promise<T> {
    throw new Error('soon');
  }
  read<T>(_scope: Scope, _work: Work<T>): Promise<T> {
    throw new Error('soon');
  }
  async ping(): Promise<void> {}
  pools(): { readonly app: PoolGauge; readonly system: PoolGauge } {
    throw new Error('soon');
  }
  async close(): Promise<void> {}
}
