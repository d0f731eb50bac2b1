import { WakeSignal, backoffMs, pause } from '#libs/kernel';
import type { Database } from '../transaction/database.js';
import type { FactPublisher } from '#libs/facts';
import { createLogger, FailureLog, type Log } from '#libs/observability';
import { publishRows, type BeforePublish } from './publish-rows.js';
import { RelaySession, type OutboxRow } from './relay-session.js';

export interface RelayOptions {
  readonly batch?: number;
  /** The net under the notifications; also how soon a follower takes over. */
  readonly pollMs?: number;
  readonly publishTimeoutMs?: number;
  /** Run in this order for each row, e.g. to write a cache before anybody hears of the change. */
  readonly beforePublish?: readonly BeforePublish[];
  /** How long a row may wait before it is an alarm, and between alarms. */
  readonly stuckMs?: number;
  readonly log?: Log;
}

export interface OutboxLag {
  readonly rows: number;
  /** Age of the oldest row; 0 when there is none. */
  readonly oldestMs: number;
}

const STUCK_MS = 60_000;
const BACKOFF = { baseMs: 100, maxMs: 2_000 } as const;
const LAG = `select count(*)::int as rows,
  coalesce(extract(epoch from clock_timestamp() - min(created_at)) * 1000, 0)::float8 as "oldestMs" from outbox`;

/**
 * Publishes what transactions queued, at least once and per scope in their order. Of all processes of a service one leads.
 * A row is removed after the bus has stored it, so a crash in between publishes it again under the same id.
 */
export class OutboxRelay {
  readonly #wakeSignal = new WakeSignal();
  readonly #stop = new AbortController();
  readonly #log: Log;
  readonly #store: FailureLog;
  readonly #bus: FailureLog;
  readonly #hooks: FailureLog;
  #running: Promise<void> | undefined;
  #leads = false;
  #published = 0;
  #alarmedAt = 0;

  constructor(
    private readonly database: Database,
    private readonly publisher: FactPublisher,
    private readonly options: RelayOptions = {},
  ) {
    this.#log = options.log ?? createLogger({ service: database.service });
    const failureLog = (subject: string) => new FailureLog(this.#log, { service: database.service }, subject);
    this.#store = failureLog('outbox relay, Postgres');
    this.#bus = failureLog('outbox relay, publishing');
    this.#hooks = failureLog('outbox relay, hook before publishing');
  }

  /** Begins, in the background; nothing has to be up for it. */
  start(): void {
    this.#running ??= this.#run();
  }

  /** Finishes the batch at hand and gives up the lead. */
  async stop(): Promise<void> {
    this.#stop.abort();
    this.#wakeSignal.wake();
    await this.#running;
  }

  /** Whether this process publishes now. */
  get isLeader(): boolean {
    return this.#leads;
  }

  /** Rows that this process published. */
  get published(): number {
    return this.#published;
  }

  /** Whose outbox it is. */
  get service(): string {
    return this.database.service;
  }

  /** What waits to be published, by whichever process. */
  lag(): Promise<OutboxLag> {
    return this.database.systemTransaction(async ({ manager }) => {
      const [lag] = await manager.query<OutboxLag[]>(LAG);
      return lag ?? { rows: 0, oldestMs: 0 };
    });
  }

  get #stopped(): boolean {
    return this.#stop.signal.aborted;
  }

  async #run(): Promise<void> {
    while (!this.#stopped) {
      try {
        await this.#session();
      } catch (error) {
        this.#store.failed(error);
        await this.#backOff(this.#store);
      }
    }
  }

  async #session(): Promise<void> {
    const session = await RelaySession.open(this.database, () => this.#wakeSignal.wake());
    try {
      while (!this.#stopped) {
        await this.#turn(session);
        this.#store.succeeded();
        if (!this.#stopped) await this.#wakeSignal.wait(this.options.pollMs ?? 1_000);
      }
    } finally {
      this.#leads = false;
      await session.close();
    }
  }

  async #turn(session: RelaySession): Promise<void> {
    this.#leads ||= await session.tryLead();
    while (this.#leads && !this.#stopped) {
      const waiting = await this.#relayBatch(session);
      if (waiting === 'none') return;
    }
  }

  async #relayBatch(session: RelaySession): Promise<'none' | 'more'> {
    const rows = await session.oldest(this.options.batch ?? 100);
    if (rows.length === 0) return 'none';
    const hookFailures = this.#hooks.failures;
    const published = await publishRows(rows, {
      publisher: this.publisher,
      hooks: this.options.beforePublish ?? [],
      timeoutMs: this.options.publishTimeoutMs ?? 5_000,
      onHookFailure: (error) => this.#hooks.failed(error),
      onPublishFailure: (error) => this.#bus.failed(error),
    });
    await session.remove(published);
    this.#published += published.length;
    this.#alarm(rows.find(({ id }) => !published.includes(id)));
    if (this.#hooks.failures === hookFailures) this.#hooks.succeeded();
    await this.#rest(rows.length, published.length);
    return 'more';
  }

  /** A row that stays holds up its scope: whoever reads logs shall know of it every minute, whatever keeps it. */
  #alarm(stuck: OutboxRow | undefined): void {
    const { stuckMs = STUCK_MS } = this.options;
    const now = Date.now();
    if (stuck === undefined || now - stuck.createdAt.getTime() < stuckMs || now - this.#alarmedAt < stuckMs) return;
    this.#alarmedAt = now;
    const { id, type, subject, createdAt } = stuck;
    const fields = { service: this.service, fact: id, type, subject, since: createdAt.toISOString() };
    this.#log.error(
      fields,
      'the outbox cannot publish its oldest fact: everything later of this scope waits behind it',
    );
  }

  /** Rows that stayed are tried again after a while that grows as long as nothing gets through. */
  async #rest(read: number, published: number): Promise<void> {
    if (published === read) this.#bus.succeeded();
    else await this.#backOff(this.#bus);
  }

  async #backOff({ failures }: FailureLog): Promise<void> {
    await pause(backoffMs(Math.max(0, failures - 1), BACKOFF.baseMs, BACKOFF.maxMs), this.#stop.signal);
  }
}
