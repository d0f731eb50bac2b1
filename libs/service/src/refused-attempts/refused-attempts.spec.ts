import { AuditRecordedV1, parseFact, PLATFORM, type FactOf, type Origin } from '#libs/contracts';
import { createLogger } from '#libs/observability';
import { FactPublisher, type PublishOptions } from '#libs/facts';
import { CountingIds, FixedClock } from '#libs/testing';
import { RefusedAttempts, type Refusal } from './refused-attempts.js';

type Entry = FactOf<typeof AuditRecordedV1>;

/** Keeps the published entries; refuses them while `isDown`. */
class EntryPublisher extends FactPublisher {
  readonly entries: { subject: string; entry: Entry }[] = [];
  isDown = false;
  override async publish(subject: string, payload: string | Uint8Array, _options: PublishOptions): Promise<void> {
    if (this.isDown) throw new Error('bus is down');
    this.entries.push({ subject, entry: parseFact(String(payload), [AuditRecordedV1]) as Entry });
  }
}

const ORG = '01900000-0000-7000-8000-00000000000a';
const origin = (scope: string = ORG, id = 'u1'): Origin => ({ scope, actor: { type: 'user', id }, request_id: 'r1' });
const aRefusal = (over: Partial<Refusal> = {}): Refusal => ({
  origin: origin(),
  route: 'POST /api/orgs/:org/flags',
  reason: 'forbidden',
  ...over,
});

describe('RefusedAttempts', () => {
  let bus: EntryPublisher;
  let refusals: RefusedAttempts;
  beforeEach(() => {
    bus = new EntryPublisher();
    const logger = createLogger({ service: 'test', level: 'silent' });
    refusals = new RefusedAttempts({
      publisher: bus,
      clock: new FixedClock(),
      ids: new CountingIds(),
      logger,
      source: 'gateway',
    });
  });
  const settled = () => new Promise((resolve) => setImmediate(resolve));
  const counts = () => bus.entries.map(({ entry }) => entry.data.metadata['count']);

  it('publishes the first refusal at once, as a warning with actor, route and reason', async () => {
    refusals.note(aRefusal());
    await settled();

    expect(bus.entries).toMatchObject([
      {
        subject: `audit.recorded.${ORG}`,
        entry: {
          org_id: ORG,
          actor: { type: 'user', id: 'u1' },
          data: {
            event: 'AccessDenied',
            severity: 'warning',
            resource_id: 'POST /api/orgs/:org/flags',
            reason: 'forbidden',
          },
        },
      },
    ]);
  });

  it('publishes one entry with the count of equal refusals within the minute, then starts over', async () => {
    for (let i = 0; i < 500; i++) refusals.note(aRefusal());
    await settled();
    await refusals.publish();
    await refusals.publish();
    refusals.note(aRefusal());
    await settled();

    expect(counts()).toEqual([1, 499, 1]);
  });

  it('publishes an entry for each actor, route, reason and organization', async () => {
    refusals.note(aRefusal());
    refusals.note(aRefusal({ origin: origin(ORG, 'u2') }));
    refusals.note(aRefusal({ route: 'GET /api/orgs/:org/flags' }));
    refusals.note(aRefusal({ reason: 'other_organization' }));
    refusals.note(aRefusal({ origin: origin(PLATFORM) }));
    await settled();

    expect(counts()).toEqual([1, 1, 1, 1, 1]);
  });

  it('adds the count that the bus did not accept to the next entry', async () => {
    bus.isDown = true;
    for (let i = 0; i < 3; i++) refusals.note(aRefusal());
    await settled();
    await refusals.publish();
    bus.isDown = false;
    await refusals.stop();

    expect(counts()).toEqual([3]);
  });
});
