import { ApiKeyUsedV1, systemOrigin, type Fact, type FactOf } from '#libs/contracts';
import type { Clock, Ids } from '#libs/kernel';
import type { Logger } from '#libs/observability';
import type { Job } from '#libs/service';
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

/** Publishes once a minute which keys were used, in one fact per organization. */
export class KeyUsage {
  /** Uses that are not published yet, by key. */
  readonly #unpublished = new Map<string, { orgId: string; used: Used }>();

  constructor(private readonly parts: KeyUsageParts) {}

  /** The period differs by up to 10 %, so that many processes do not publish at once. */
  job(random: () => number = Math.random): Job {
    const everyMs = PERIOD_MS * (0.9 + random() / 5);
    return { name: 'the report of used keys', everyMs, firstAfterMs: everyMs, run: () => this.publish() };
  }

  /** Never throws: uses that the bus did not store are published by the next call. */
  async publish(): Promise<void> {
    for (const { record, at } of this.parts.keys.takeUsed()) {
      const used = { key_id: record.id, last_used_at: new Date(at).toISOString() };
      this.#unpublished.set(record.id, { orgId: record.org_id, used });
    }
    const byOrganization = Map.groupBy(this.#unpublished.values(), ({ orgId }) => orgId);
    const published = [...byOrganization].map(([orgId, entries]) => {
      const keys = entries.map(({ used }) => used).slice(0, MAX_KEYS_PER_FACT);
      return this.#publishOf(orgId, keys);
    });
    await Promise.all(published);
  }

  async #publishOf(orgId: string, keys: Used[]): Promise<void> {
    const fact = this.#fact(orgId, keys);
    const subject = ApiKeyUsedV1.subject(orgId);
    try {
      const headers = cloudEventHeaders(fact, subject);
      await this.parts.publisher.publish(subject, JSON.stringify(fact), { msgId: fact.id, headers });
      for (const used of keys)
        if (this.#unpublished.get(used.key_id)?.used === used) this.#unpublished.delete(used.key_id);
    } catch (error) {
      this.parts.logger.debug({ err: error }, 'the use of keys is published later');
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
