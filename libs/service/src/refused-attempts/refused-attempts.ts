import { AuditRecordedV1, type Origin } from '#libs/contracts';
import type { Clock, Ids } from '#libs/kernel';
import type { Logger } from '#libs/observability';
import { cloudEventHeaders, completeFact, auditFact, type FactPublisher } from '#libs/facts';

/** Somebody was not let do something. */
export interface Refusal {
  readonly origin: Origin;
  /** Method and pattern: `POST /api/orgs/:org/flags`. */
  readonly route: string;
  /** `forbidden`, `other_organization`, `revoked_key`… */
  readonly reason: string;
  /** The organization that the path names: id, slug, or of nobody. */
  readonly org?: string;
}
export interface RefusedAttemptsParts {
  readonly publisher: FactPublisher;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly logger: Logger;
  /** The process: `metadata.source` of the facts. */
  readonly source: string;
}
interface Tally {
  readonly first: Refusal;
  untold: number;
}

const PERIOD_MS = 60_000;
/** Whoever tries more than this in a minute is known well enough. */
const MAX_TALLIES = 10_000;

/**
 * Audit entries of refused attempts, from processes without a database: best effort, and never in the way of a request. The
 * first of an actor, route and reason is told at once; what follows within the minute is one entry more, with its count.
 */
export class RefusedAttempts {
  readonly #tallies = new Map<string, Tally>();
  #timer: NodeJS.Timeout | undefined;

  constructor(private readonly parts: RefusedAttemptsParts) {}

  start(): void {
    this.#timer = setInterval(() => void this.publish(), PERIOD_MS);
    this.#timer.unref();
  }

  /** Tells what is left. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.publish();
  }

  /** Returns at once and never throws. */
  note(refusal: Refusal): void {
    const { origin, route, reason } = refusal;
    const key = JSON.stringify([origin.scope, origin.actor.type, origin.actor.id, route, reason]);
    const known = this.#tallies.get(key);
    if (known !== undefined) known.untold += 1;
    else if (this.#tallies.size < MAX_TALLIES) {
      const tally = { first: refusal, untold: 1 };
      this.#tallies.set(key, tally);
      void this.#tell(tally);
    }
  }

  /** The end of a minute: tells what came since the first, and begins again. Never throws. */
  async publish(): Promise<void> {
    const tallies = [...this.#tallies];
    for (const [key, { untold }] of tallies) if (untold === 0) this.#tallies.delete(key);
    const waiting = tallies.filter(([, { untold }]) => untold > 0);
    await Promise.all(waiting.map(([, tally]) => this.#tell(tally)));
  }

  /** What the bus did not take is told with the next. */
  async #tell(tally: Tally): Promise<void> {
    const count = tally.untold;
    tally.untold = 0;
    const { publisher, clock, ids, logger, source } = this.parts;
    try {
      const fact = completeFact(entryOf(tally.first, count), { id: ids.next(), at: clock.now(), source });
      const subject = AuditRecordedV1.subject(tally.first.origin.scope);
      const headers = cloudEventHeaders(fact, subject);
      await publisher.publish(subject, JSON.stringify(fact), { msgId: fact.id, headers });
    } catch (error) {
      tally.untold += count;
      logger.debug({ err: error }, 'a refused attempt is told later');
    }
  }
}

function entryOf({ origin, route, reason, org }: Refusal, count: number): ReturnType<typeof auditFact> {
  return auditFact(origin, {
    event: 'AccessDenied',
    action: 'denied',
    resourceType: 'route',
    resourceId: route,
    reason,
    metadata: { count, org },
  });
}
