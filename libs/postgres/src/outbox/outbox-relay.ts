import { WakeSignal, backoffMs, pause } from '#libs/kernel';
import type { Database } from '../transaction/database.js';
import type { FactPublisher } from '#libs/facts';
import { createLogger, FailureLog, type Log } from '#libs/observability';
import { publishRows, type BeforePublish } from './publish-rows.js';
import { RelaySession, type OutboxRow } from './relay-session.js';

export interface RelayOptions {
  /** Rows read at a time. Default: 100. */
  readonly batch?: number;
  /** Interval of polling, for lost notifications and for followers to take over the lead. Default: 1,000. */
  readonly pollMs?: number;
  /** Default: 5,000. */
  readonly publishTimeoutMs?: number;
  /** Run in this order for each row, e.g. to write a cache before consumers receive the fact. */
  readonly beforePublish?: readonly BeforePublish[];
  /** Age at which an unpublished row is logged as an error, and the interval between such lines. Default: 60,000. */
  readonly stuckMs?: number;
  readonly log?: Log;
}

export interface OutboxLag {
  readonly rows: number;
  /** Age of the oldest row, in ms; 0 when the outbox is empty. */
  readonly oldestMs: number;
}

const STUCK_MS = 60_000;
const BACKOFF = { baseMs: 100, maxMs: 2_000 } as const;
const LAG = `select count(*)::int as rows,
  coalesce(extract(epoch from clock_timestamp() - min(created_at)) * 1000, 0)::float8 as "oldestMs" from outbox`;

/**
 * Publishes the rows of the outbox, at least once and in order within a scope. One process of a service is the leader and
 * publishes; the others wait to take over. A row is deleted after the bus has stored it, so a crash in between publishes it
 * again with the same id.
 */
export class OutboxRelay {
  readonly #wakeSignal = new WakeSignal();
  readonly #stop = new AbortController();
  readonly #log: Log;
  readonly #storeFailures: FailureLog;
  readonly #publishFailures: FailureLog;
  readonly #hookFailures: FailureLog;
  #running: Promise<void> | undefined;
  #isLeader = false;
  #published = 0;
  #lastAlarmAtMs = 0;

  constructor(
    private readonly database: Database,
    private readonly publisher: FactPublisher,
    private readonly options: RelayOptions = {},
  ) {
    this.#log = options.log ?? createLogger({ service: database.service });
    const failureLog = (subject: string) => new FailureLog(this.#log, { service: database.service }, subject);
    this.#storeFailures = failureLog('outbox relay, Postgres');
    this.#publishFailures = failureLog('outbox relay, publishing');
    this.#hookFailures = failureLog('outbox relay, hook before publishing');
  }

  /** Starts in the background; Postgres and the bus need not be reachable yet. */
  start(): void {
    this.#running ??= this.#run();
  }

  /** Finishes the current batch and releases the lead. */
  async stop(): Promise<void> {
    this.#stop.abort();
    this.#wakeSignal.wake();
    await this.#running;
  }

  /** Whether this process is the leader, which publishes. */
  get isLeader(): boolean {
    return this.#isLeader;
  }

  /** Number of rows that this process has published. */
  get published(): number {
    return this.#published;
  }

  /** Name of the service that owns the outbox. */
  get service(): string {
    return this.database.service;
  }

  /** Returns the number and age of all unpublished rows of the service. */
  lag(): Promise<OutboxLag> {
    return this.database.systemTransaction(async ({ manager }) => {
      const [lag] = await manager.query<OutboxLag[]>(LAG);
      return lag ?? { rows: 0, oldestMs: 0 };
    });
  }

  get #isStopped(): boolean {
    return this.#stop.signal.aborted;
  }

  async #run(): Promise<void> {
    while (!this.#isStopped) {
      try {
        await this.#session();
      } catch (error) {
        this.#storeFailures.failed(error);
        await this.#backOff(this.#storeFailures);
      }
    }
  }

  /** One database connection, until it fails or the relay stops. */
  async #session(): Promise<void> {
    const session = await RelaySession.open(this.database, () => this.#wakeSignal.wake());
    try {
      while (!this.#isStopped) {
        await this.#publishAll(session);
        this.#storeFailures.succeeded();
        if (!this.#isStopped) await this.#wakeSignal.wait(this.options.pollMs ?? 1_000);
      }
    } finally {
      this.#isLeader = false;
      await session.close();
    }
  }

  /** Publishes until the outbox is empty, if this process is or becomes the leader. */
  async #publishAll(session: RelaySession): Promise<void> {
    this.#isLeader ||= await session.tryLead();
    while (this.#isLeader && !this.#isStopped) {
      const isEmpty = !(await this.#publishBatch(session));
      if (isEmpty) return;
    }
  }

  /** Returns whether there was a row. */
  async #publishBatch(session: RelaySession): Promise<boolean> {
    const rows = await session.oldest(this.options.batch ?? 100);
    if (rows.length === 0) return false;
    const hookFailures = this.#hookFailures.failures;
    const published = await publishRows(rows, {
      publisher: this.publisher,
      hooks: this.options.beforePublish ?? [],
      timeoutMs: this.options.publishTimeoutMs ?? 5_000,
      onHookFailure: (error) => this.#hookFailures.failed(error),
      onPublishFailure: (error) => this.#publishFailures.failed(error),
    });
    await session.remove(published);
    this.#published += published.length;
    this.#logIfStuck(rows.find(({ id }) => !published.includes(id)));
    if (this.#hookFailures.failures === hookFailures) this.#hookFailures.succeeded();
    if (published.length === rows.length) this.#publishFailures.succeeded();
    else await this.#backOff(this.#publishFailures);
    return true;
  }

  /** A row that cannot be published blocks the later rows of its scope: logs it every minute, whatever the reason. */
  #logIfStuck(stuck: OutboxRow | undefined): void {
    const { stuckMs = STUCK_MS } = this.options;
    const now = Date.now();
    if (stuck === undefined || now - stuck.createdAt.getTime() < stuckMs || now - this.#lastAlarmAtMs < stuckMs) return;
    this.#lastAlarmAtMs = now;
    const { id, type, subject, createdAt } = stuck;
    const fields = { service: this.service, fact: id, type, subject, since: createdAt.toISOString() };
    this.#log.error(
      fields,
      'the outbox cannot publish its oldest fact: everything later of this scope waits behind it',
    );
  }

  async #backOff({ failures }: FailureLog): Promise<void> {
    await pause(backoffMs(Math.max(0, failures - 1), BACKOFF.baseMs, BACKOFF.maxMs), this.#stop.signal);
  }
}
