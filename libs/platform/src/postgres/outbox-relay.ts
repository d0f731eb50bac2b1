import type { Database } from './database.js';
import type { FactPublisher } from './fact-publisher.js';
import type { PostgresLog } from './log.js';

export interface OutboxRow {
  readonly id: string;
  readonly seq: string;
  readonly subject: string;
  readonly type: string;
  /** The fact as JSON text. */
  readonly payload: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly createdAt: Date;
}

/**
 * Runs for every row before it is published. `hold` keeps the row, and those of its scope behind it, for the next round;
 * a hook that fails or takes over a second is logged and publishing goes on.
 */
export type BeforePublish = (row: OutboxRow) => Promise<void | 'hold'>;

export interface RelayOptions {
  readonly batch?: number;
  readonly pollMs?: number;
  readonly beforePublish?: readonly BeforePublish[];
  readonly log?: PostgresLog;
}

export interface OutboxLag {
  readonly rows: number;
  /** Age of the oldest row; 0 when there is none. */
  readonly oldestMs: number;
}

export class OutboxRelay {
  constructor(
    readonly database: Database,
    readonly publisher: FactPublisher,
    readonly options: RelayOptions = {},
  ) {}
  start(): void {}
  async stop(): Promise<void> {}
  /** Whether this process publishes now. */
  get isLeader(): boolean {
    return false;
  }
  lag(): Promise<OutboxLag> {
    throw new Error('soon');
  }
}
