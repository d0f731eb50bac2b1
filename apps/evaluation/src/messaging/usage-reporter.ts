import { setTimeout as sleep } from 'node:timers/promises';
import { EvaluationCountedV1, systemOrigin, type Fact, type FactOf } from '#libs/contracts';
import type { Clock, Ids } from '#libs/kernel';
import { cloudEventHeaders, completeFact, type FactPublisher } from '#libs/facts';
import type { Logger } from '#libs/observability';
import type { EvaluationCount, EvaluationCounts } from '../application/evaluation-counts.js';

const PERIOD_MS = 5_000;
/** A fact stays far below what the bus takes. */
const MAX_COUNTS = 5_000;
const AT_ONCE = 64;
/** A process that ends waits so long for a bus that is away. */
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
/** What is to be told of one organization. */
interface Untold {
  /** Added up by what is counted: its size is bounded by the flags there are, however long nobody can be told. */
  readonly waiting: Map<string, EvaluationCount>;
  /** It may have been stored: it goes out as it is, under its id, until that is certain. Only then the next one is made. */
  underway: Fact | undefined;
  since: Date;
}

/** Tells every 5 s what was evaluated, a fact per organization (specification 05). Nothing is lost while the bus is away. */
export class UsageReporter {
  readonly #organizations = new Map<string, Untold>();
  #timer: NodeJS.Timeout | undefined;
  #publishing: Promise<void> = Promise.resolve();

  constructor(private readonly parts: UsageReporterParts) {}

  start(): void {
    this.#timer = setInterval(() => void this.publish(), PERIOD_MS);
  }

  /** Tells what is left, if the bus is there within 3 s. */
  async stop(pauseMs = LAST_PAUSE_MS): Promise<void> {
    clearInterval(this.#timer);
    await this.publish();
    for (let tries = 1; this.#organizations.size > 0 && tries < LAST_TRIES; tries += 1) {
      await sleep(pauseMs);
      await this.publish();
    }
    const left = this.#organizations.size;
    if (left > 0) this.parts.logger.warn({ organizations: left }, 'evaluations that were counted could not be told');
  }

  /** One at a time. Never throws: what the bus did not take is told the next time. */
  publish(): Promise<void> {
    this.#publishing = this.#publishing.then(() => this.#publish());
    return this.#publishing;
  }

  async #publish(): Promise<void> {
    for (const count of this.parts.counts.take()) this.#add(count);
    const organizations = [...this.#organizations];
    for (let from = 0; from < organizations.length; from += AT_ONCE) {
      await Promise.all(organizations.slice(from, from + AT_ONCE).map(([orgId, untold]) => this.#tell(orgId, untold)));
    }
  }

  #add(count: EvaluationCount): void {
    const { orgId, environment, flagKey, variant, reason } = count;
    const { waiting } = this.#untoldOf(orgId);
    const key = JSON.stringify([environment.id, flagKey, variant, reason]);
    const before = waiting.get(key);
    waiting.set(key, before === undefined ? count : { ...before, count: before.count + count.count });
  }

  #untoldOf(orgId: string): Untold {
    let untold = this.#organizations.get(orgId);
    if (untold === undefined) {
      untold = { waiting: new Map(), underway: undefined, since: new Date(this.#now().getTime() - PERIOD_MS) };
      this.#organizations.set(orgId, untold);
    }
    return untold;
  }

  async #tell(orgId: string, untold: Untold): Promise<void> {
    try {
      while (untold.underway !== undefined || untold.waiting.size > 0) {
        untold.underway ??= this.#next(orgId, untold);
        await this.#send(orgId, untold.underway);
        untold.underway = undefined;
      }
      this.#organizations.delete(orgId);
    } catch (error) {
      this.parts.logger.debug({ err: error }, 'evaluations that were counted are told later');
    }
  }

  async #send(orgId: string, fact: Fact): Promise<void> {
    const subject = EvaluationCountedV1.subject(orgId);
    const headers = cloudEventHeaders(fact, subject);
    await this.parts.publisher.publish(subject, JSON.stringify(fact), { msgId: fact.id, headers });
  }

  #next(orgId: string, untold: Untold): Fact {
    const { ids, source } = this.parts;
    const entries = [...untold.waiting].slice(0, MAX_COUNTS);
    for (const [key] of entries) untold.waiting.delete(key);
    const [id, at] = [ids.next(), this.#now()];
    const counts = entries.map(([, count]) => counted(count));
    const data = { from: untold.since.toISOString(), to: at.toISOString(), counts };
    if (untold.waiting.size === 0) untold.since = at;
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
