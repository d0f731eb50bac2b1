import { AuditRecordedV1, type Origin } from '#libs/contracts';
import { Tallies, type Clock, type Ids } from '#libs/kernel';
import type { Logger } from '#libs/observability';
import { cloudEventHeaders, completeFact, auditFact, type FactPublisher } from '#libs/facts';

/** A request that was refused for lack of permission. */
export interface Refusal {
  readonly origin: Origin;
  /** Method and pattern: `POST /api/orgs/:org/flags`. */
  readonly route: string;
  /** An error code, or `other_organization` or `revoked_key`. */
  readonly reason: string;
  /** The organization in the path: an id or a slug, possibly of no existing organization. */
  readonly org?: string;
}
export interface RefusedAttemptsParts {
  readonly publisher: FactPublisher;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly logger: Logger;
  /** Name of the process: `metadata.source` of the facts. */
  readonly source: string;
}
const PERIOD_MS = 60_000;
/** Bounds the memory: further combinations of actor, route and reason within the period are not recorded. */
const MAX_KINDS = 10_000;

/**
 * Publishes audit entries of refused requests, directly to the bus, since edge processes have no database: best effort, and
 * without delaying a request. The first refusal of an actor, route and reason is published at once; equal ones within the next
 * minute become one further entry with their count.
 */
export class RefusedAttempts {
  readonly #tallies: Tallies<Refusal>;
  #timer: NodeJS.Timeout | undefined;

  constructor(private readonly parts: RefusedAttemptsParts) {
    this.#tallies = new Tallies({
      report: (first, count) => this.#publish(first, count),
      onFailure: (err) =>
        parts.logger.debug({ err }, 'a refused attempt could not be published; it is published with the next'),
      maxKinds: MAX_KINDS,
    });
  }

  /** Publishes counts every minute from now on. */
  start(): void {
    this.#timer = setInterval(() => void this.publish(), PERIOD_MS);
    this.#timer.unref();
  }

  /** Publishes the remaining counts and stops the timer. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.publish();
  }

  /** Records a refusal. Returns at once and never throws. */
  note(refusal: Refusal): void {
    const { origin, route, reason } = refusal;
    const key = JSON.stringify([origin.scope, origin.actor.type, origin.actor.id, route, reason]);
    void this.#tallies.note({ key, item: refusal });
  }

  /** Ends a period: publishes the counts since the last entry. Never throws. */
  publish(): Promise<void> {
    return this.#tallies.endPeriod();
  }

  /** @throws Error when the bus does not accept the entry */
  async #publish(first: Refusal, count: number): Promise<void> {
    const { publisher, clock, ids, source } = this.parts;
    const fact = completeFact(entryOf(first, count), { id: ids.next(), at: clock.now(), source });
    const subject = AuditRecordedV1.subject(first.origin.scope);
    const headers = cloudEventHeaders(fact, subject);
    await publisher.publish(subject, JSON.stringify(fact), { msgId: fact.id, headers });
  }
}

function entryOf({ origin, route, reason, org }: Refusal, count: number): ReturnType<typeof auditFact> {
  return auditFact(origin, {
    event: 'AccessDenied',
    action: 'denied',
    resourceType: 'route',
    resourceId: route,
    resourceKey: org,
    reason,
    metadata: { count, org },
  });
}
