import { ApiKeyUsedV1, systemOrigin, type Fact, type FactOf } from '#libs/contracts';
import type { Clock, Ids } from '#libs/kernel';
import type { Logger } from '#libs/observability';
import { cloudEventHeaders, type FactPublisher } from '#libs/facts';
import type { KeyCheck } from '../check/key-check.js';

type Used = FactOf<typeof ApiKeyUsedV1>['data']['keys'][number];

const PERIOD_MS = 60_000;
const MAX_KEYS_PER_FACT = 1_000;

export interface KeyUsageParts {
  readonly keys: Pick<KeyCheck, 'takeUsed'>;
  readonly publisher: FactPublisher;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly logger: Logger;
  /** The process: `metadata.source` of the facts. */
  readonly source: string;
}

/** Tells once a minute which keys were used, one fact for the keys of an organization. */
export class KeyUsage {
  /** What could not be told yet, by key. */
  readonly #untold = new Map<string, { orgId: string; used: Used }>();
  #timer: NodeJS.Timeout | undefined;

  constructor(private readonly parts: KeyUsageParts) {}

  start(random: () => number = Math.random): void {
    this.#timer = setInterval(() => void this.publish(), PERIOD_MS * (0.9 + random() / 5));
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** Never throws: what the bus did not take is told the next time. */
  async publish(): Promise<void> {
    for (const { record, at } of this.parts.keys.takeUsed()) {
      const used = { key_id: record.id, last_used_at: new Date(at).toISOString() };
      this.#untold.set(record.id, { orgId: record.org_id, used });
    }
    const byOrganization = Map.groupBy(this.#untold.values(), ({ orgId }) => orgId);
    const told = [...byOrganization].map(([orgId, entries]) => {
      const keys = entries.map(({ used }) => used).slice(0, MAX_KEYS_PER_FACT);
      return this.#tell(orgId, keys);
    });
    await Promise.all(told);
  }

  async #tell(orgId: string, keys: Used[]): Promise<void> {
    const fact = this.#fact(orgId, keys);
    const subject = ApiKeyUsedV1.subject(orgId);
    try {
      const headers = cloudEventHeaders(fact, subject);
      await this.parts.publisher.publish(subject, JSON.stringify(fact), { msgId: fact.id, headers });
      for (const used of keys) if (this.#untold.get(used.key_id)?.used === used) this.#untold.delete(used.key_id);
    } catch (error) {
      this.parts.logger.debug({ err: error }, 'the use of keys is told later');
    }
  }

  #fact(orgId: string, keys: Used[]): Fact {
    const { ids, clock, source } = this.parts;
    const id = ids.next();
    const { type, version } = ApiKeyUsedV1;
    return {
      id,
      type,
      version,
      timestamp: clock.now().toISOString(),
      org_id: orgId,
      actor: systemOrigin(orgId, id).actor,
      data: { keys },
      metadata: { correlation_id: id, source },
    };
  }
}
