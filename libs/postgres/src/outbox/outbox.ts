import { SystemClock, AppError, type Clock } from '#libs/kernel';
import type { Fact, FactDraft, Origin, Scope, AuditData, AuditDraft } from '#libs/contracts';
import type { EntityManager } from 'typeorm';
import { uuidv7 } from 'uuidv7';
import { auditFact, cloudEventHeaders, completeFact } from '#libs/facts';
import { prepared } from '../pool/prepared.js';

export interface OutboxOptions {
  /** Name of the service: `metadata.source` of its facts, and the relay that is woken. */
  readonly service: string;
  /** Size limit of a fact in bytes. Default: 8 MiB (`max_payload` of NATS) minus 64 KiB for headers. */
  readonly maxBytes?: number;
  readonly clock?: Clock;
  /** Default: UUIDv7. */
  readonly nextId?: () => string;
  /** Id of the fact that caused the new ones. */
  readonly causationId?: string;
}

export interface ForwardedMessage {
  readonly subject: string;
  readonly payload: string;
  readonly headers: Readonly<Record<string, string>>;
}

const MAX_BYTES = 8 * 1024 * 1024 - 64 * 1024;
/** Inserts and notifies in one statement. Postgres delivers equal notifications of a transaction once, after the commit. */
const INSERT = prepared(
  'outbox_add',
  `with added as (insert into outbox (id, subject, type, payload, headers) values ($1, $2, $3, $4, $5))
  select pg_notify($6, '')`,
);
/** Inserts many rows in one statement; `order by` numbers them in the given order. */
const INSERT_ALL = prepared(
  'outbox_add_all',
  `with added as (insert into outbox (id, subject, type, payload, headers)
    select id, subject, type, payload, headers
    from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::jsonb[])
      with ordinality as given(id, subject, type, payload, headers, place) order by place)
  select pg_notify($6, '')`,
);

/** Returns the channel on which commits notify the relay of a service. */
export function outboxChannel(service: string): string {
  return `loom_outbox_${service}`;
}

/** Writes facts as rows within the transaction that makes the change, so that a fact is published if and only if it commits. */
export class Outbox {
  readonly #clock: Clock;

  constructor(
    private readonly manager: EntityManager,
    private readonly options: OutboxOptions,
  ) {
    this.#clock = options.clock ?? new SystemClock();
  }

  /**
   * Queues a fact, completed with id, time and source. It is published after the commit.
   * @throws AppError `too_large` for a fact that the bus would refuse
   */
  async add<D>(draft: FactDraft<D>): Promise<Fact<D>> {
    const fact = this.#complete(draft);
    const row = this.#rowOf(fact, draft.scope);
    await this.manager.query(INSERT, [...row, outboxChannel(this.options.service)]);
    return fact;
  }

  /** Queues facts in this order with a single round trip. @throws AppError `too_large`, like `add` */
  async addAll(drafts: readonly FactDraft[]): Promise<readonly Fact[]> {
    const facts = drafts.map((draft) => this.#complete(draft));
    const rows = facts.map((fact, index) => this.#rowOf(fact, drafts[index]!.scope));
    const columns = [0, 1, 2, 3, 4].map((column) => rows.map((row) => row[column]));
    if (rows.length > 0) await this.manager.query(INSERT_ALL, [...columns, outboxChannel(this.options.service)]);
    return facts;
  }

  /** Queues the audit entry of a change, with secrets redacted. */
  audit(origin: Origin, entry: AuditDraft): Promise<Fact<AuditData>> {
    return this.add(auditFact(origin, entry));
  }

  /**
   * Queues an existing message to be published again, unchanged. It gets a new id, so that streams do not drop it as a duplicate.
   * @throws AppError `too_large`, like `add`
   */
  async forward({ subject, payload, headers }: ForwardedMessage): Promise<void> {
    this.#checkSize(subject, payload);
    const { nextId = uuidv7, service } = this.options;
    const row = [nextId(), subject, 'forwarded', payload, JSON.stringify(headers)];
    await this.manager.query(INSERT, [...row, outboxChannel(service)]);
  }

  #complete<D>(draft: FactDraft<D>): Fact<D> {
    const { service: source, causationId, nextId = uuidv7 } = this.options;
    return completeFact(draft, { id: nextId(), at: this.#clock.now(), source, causationId });
  }

  #rowOf(fact: Fact, scope: Scope): readonly string[] {
    const payload = JSON.stringify(fact);
    this.#checkSize(fact.type, payload);
    const subject = `${fact.type}.${scope}`;
    return [fact.id, subject, fact.type, payload, JSON.stringify(cloudEventHeaders(fact, subject))];
  }

  #checkSize(type: string, payload: string): void {
    const bytes = Buffer.byteLength(payload);
    const maxBytes = this.options.maxBytes ?? MAX_BYTES;
    if (bytes <= maxBytes) return;
    throw new AppError('too_large', `A ${type} of ${bytes} bytes is too large to be published`, [
      { message: `at most ${maxBytes} bytes`, bytes, max_bytes: maxBytes },
    ]);
  }
}
