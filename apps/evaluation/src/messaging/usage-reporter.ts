import { setTimeout as sleep } from 'node:timers/promises';
import { EvaluationCountedV1, systemOrigin, type Fact, type FactOf } from '#libs/contracts';
import type { Clock, Ids } from '#libs/kernel';
import { cloudEventHeaders, completeFact, type FactPublisher } from '#libs/facts';
import type { Logger } from '#libs/observability';
import type { Job } from '#libs/service';
import type { EvaluationCount, EvaluationCounts } from '../application/evaluation-counts.js';

const PERIOD_MS = 5_000;
/** Keeps a fact far below the maximum size of a message. */
const MAX_COUNTS = 5_000;
const AT_ONCE = 64;
/** Attempts at stop, while the bus is away. */
const LAST_TRIES = 6;
const LAST_PAUSE_MS = 500;

export interface UsageReporterParts {
  readonly counts: EvaluationCounts;
  readonly publisher: FactPublisher;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly logger: Logger;
  /** The process: `metadata.source` of the facts. */
  readonly source: string;
}
type Counted = FactOf<typeof EvaluationCountedV1>['data']['counts'][number];
/** Counts of one organization that are not published yet. */
interface Unpublished {
  /** Added up by flag, environment, variant and reason: the number of flags bounds its size, however long the bus is away. */
  readonly waiting: Map<string, EvaluationCount>;
  /** Sent, but not confirmed. It is sent again, unchanged and with its id, before the next fact is made. */
  underway: Fact | undefined;
  since: Date;
}

/** Publishes every 5 s what was evaluated, one fact per organization (specification 05). Nothing is lost while the bus is away. */
export class UsageReporter {
  readonly #organizations = new Map<string, Unpublished>();
  #publishing: Promise<void> = Promise.resolve();

  constructor(private readonly parts: UsageReporterParts) {}

  get job(): Job {
    const run = () => this.publish();
    return { name: 'the report of evaluations', everyMs: PERIOD_MS, firstAfterMs: PERIOD_MS, run };
  }

  /** Publishes the rest, if the bus is available within 3 s. */
  async stop(pauseMs = LAST_PAUSE_MS): Promise<void> {
    await this.publish();
    for (let tries = 1; this.#organizations.size > 0 && tries < LAST_TRIES; tries += 1) {
      await sleep(pauseMs);
      await this.publish();
    }
    const left = this.#organizations.size;
    if (left > 0) this.parts.logger.warn({ organizations: left }, 'counts of evaluations are lost: the bus is away');
  }

  /** One run at a time. Never throws: counts that the bus did not store are published by the next run. */
  publish(): Promise<void> {
    this.#publishing = this.#publishing.then(() => this.#publish());
    return this.#publishing;
  }

  async #publish(): Promise<void> {
    for (const count of this.parts.counts.take()) this.#add(count);
    const organizations = [...this.#organizations];
    for (let from = 0; from < organizations.length; from += AT_ONCE) {
      await Promise.all(
        organizations.slice(from, from + AT_ONCE).map(([orgId, unpublished]) => this.#publishOf(orgId, unpublished)),
      );
    }
  }

  #add(count: EvaluationCount): void {
    const { orgId, environment, flagKey, variant, reason } = count;
    const { waiting } = this.#unpublishedOf(orgId);
    const key = JSON.stringify([environment.id, flagKey, variant, reason]);
    const before = waiting.get(key);
    waiting.set(key, before === undefined ? count : { ...before, count: before.count + count.count });
  }

  #unpublishedOf(orgId: string): Unpublished {
    let unpublished = this.#organizations.get(orgId);
    if (unpublished === undefined) {
      unpublished = { waiting: new Map(), underway: undefined, since: new Date(this.#now().getTime() - PERIOD_MS) };
      this.#organizations.set(orgId, unpublished);
    }
    return unpublished;
  }

  async #publishOf(orgId: string, unpublished: Unpublished): Promise<void> {
    try {
      while (unpublished.underway !== undefined || unpublished.waiting.size > 0) {
        unpublished.underway ??= this.#next(orgId, unpublished);
        await this.#send(orgId, unpublished.underway);
        unpublished.underway = undefined;
      }
      this.#organizations.delete(orgId);
    } catch (error) {
      this.parts.logger.debug({ err: error }, 'counts of evaluations are published later');
    }
  }

  async #send(orgId: string, fact: Fact): Promise<void> {
    const subject = EvaluationCountedV1.subject(orgId);
    const headers = cloudEventHeaders(fact, subject);
    await this.parts.publisher.publish(subject, JSON.stringify(fact), { msgId: fact.id, headers });
  }

  #next(orgId: string, unpublished: Unpublished): Fact {
    const { ids, source } = this.parts;
    const entries = [...unpublished.waiting].slice(0, MAX_COUNTS);
    for (const [key] of entries) unpublished.waiting.delete(key);
    const [id, at] = [ids.next(), this.#now()];
    const counts = entries.map(([, count]) => counted(count));
    const data = { from: unpublished.since.toISOString(), to: at.toISOString(), counts };
    if (unpublished.waiting.size === 0) unpublished.since = at;
    return completeFact(EvaluationCountedV1.of(systemOrigin(orgId, id), data), { id, at, source });
  }

  #now(): Date {
    return this.parts.clock.now();
  }
}

function counted({ flagKey, environment, variant, reason, count }: EvaluationCount): Counted {
  const { id: environment_id, name } = environment;
  return { flag_key: flagKey, environment_id, environment: name, variant, reason, count };
}
