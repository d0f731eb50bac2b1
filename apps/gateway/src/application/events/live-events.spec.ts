import { jest } from '@jest/globals';
import type { EventRow, Membership } from '#libs/contracts';
import { AppError, Places } from '#libs/kernel';
import { FixedClock, until } from '#libs/testing';
import { aMembership, ORG, USER_ID } from '../../../test/builders.js';
import { FakeFeed } from '../../../test/fakes/fake-feed.js';
import type { EndedSessions } from '../access/ports.js';
import { FakeStream } from '../../../test/fakes/fake-stream.js';
import { LiveEvents } from './live-events.js';

const OTHER_ORG = '01900000-0000-7000-8000-00000000000b';
const HOUR_MS = 3_600_000;
const aRow = (changes: Partial<EventRow> = {}): EventRow => ({
  event_id: '01900000-0000-7000-8000-0000000000e1',
  distinct_id: 'ada',
  event: 'bought',
  properties: {},
  timestamp: '2026-03-01T10:00:00.000Z',
  received_at: '2026-03-01T10:00:00.000Z',
  ...changes,
});

type Affects = (userId: string, orgId: string) => boolean;

function setUp(membership: () => Promise<Membership> = () => Promise.resolve(aMembership({ role: 'member' }))) {
  const clock = new FixedClock();
  const feed = new FakeFeed();
  const ended = new FakeEndedSessions();
  let forgotten: (affects: Affects) => void = () => undefined;
  const memberships = { get: membership, onForgotten: (listener: typeof forgotten) => (forgotten = listener) };
  const places = new Places(10, 'No place left in the process');
  const live = new LiveEvents({
    feed,
    memberships,
    ended,
    clock,
    limits: { perPerson: 2, perOrganization: 3 },
    places: { take: () => places.take('all') },
    random: () => 0.5,
  });
  const caller = { userId: USER_ID, orgId: ORG.id, sessionId: 's-1', expiresAt: clock.now().getTime() + HOUR_MS };
  const follow = async (filter: Parameters<typeof live.follow>[1] = {}, who = caller): Promise<FakeStream> => {
    const stream = new FakeStream();
    await live.follow(who, filter, () => stream);
    return stream;
  };
  return { clock, ended, feed, live, caller, follow, forget: (affects: Affects = () => true) => forgotten(affects) };
}

class FakeEndedSessions implements EndedSessions {
  readonly #ids = new Set<string>();
  readonly #listeners: ((id: string) => void)[] = [];

  has(id: string): boolean {
    return this.#ids.has(id);
  }
  onAdded(listener: (id: string) => void): void {
    this.#listeners.push(listener);
  }
  add(id: string): void {
    this.#ids.add(id);
    for (const listener of this.#listeners) listener(id);
  }
}

describe('LiveEvents', () => {
  it('sends the matching events of the organization, after listening', async () => {
    const { feed, follow } = setUp();
    const stream = await follow({ event_name: 'bought' });

    feed.emit(OTHER_ORG, aRow());
    feed.emit(ORG.id, aRow({ event: 'viewed' }), aRow({ ip: '203.0.113.9' }));

    expect(stream.names()).toEqual(['listening', 'event']);
    expect(stream.sent[1]).toMatchObject({ id: aRow().event_id, data: { event: 'bought', person_id: null } });
    expect(stream.sent[1]?.data).not.toHaveProperty('ip');
  });

  it.each([
    ['of a person', 2, (n: number) => ({ orgId: `o-${n}` }), 'rate_limited'],
    ['of an organization', 3, (n: number) => ({ userId: `u-${n}` }), 'rate_limited'],
    ['of a process', 10, (n: number) => ({ userId: `u-${n}`, orgId: `o-${n}` }), 'rate_limited'],
  ])('bounds the streams %s, and admits one again when one ends', async (_what, limit, who, code) => {
    const { feed, caller, follow } = setUp();
    const open = (n: number) => follow({}, { ...caller, ...who(n) });
    const streams = await Promise.all(Array.from({ length: limit }, (_, n) => open(n)));

    await expect(open(limit)).rejects.toMatchObject({ code });
    expect(feed.listeners).toBe(limit);

    streams[0]?.close();
    await expect(open(limit)).resolves.toBeDefined();
  });

  it('frees the place of a stream that did not open', async () => {
    const { feed, follow } = setUp();
    feed.isConnected = false;
    for (let i = 0; i < 5; i += 1) await expect(follow()).rejects.toMatchObject({ code: 'bus_unavailable' });

    feed.isConnected = true;
    await expect(follow()).resolves.toBeDefined();
  });

  it('opens no stream while the bus is away', async () => {
    const { feed, live, caller } = setUp();
    const open = jest.fn(() => new FakeStream());
    feed.isConnected = false;

    await expect(live.follow(caller, {}, open)).rejects.toMatchObject({ code: 'bus_unavailable' });
    expect(open).not.toHaveBeenCalled();
  });

  it('ends its subscription when the client has disconnected before the stream opens', async () => {
    const { feed, live, caller } = setUp();

    await live.follow(caller, {}, () => undefined);

    expect(feed.listeners).toBe(0);
  });

  it('ends its subscription when the client disconnects', async () => {
    const { feed, follow } = setUp();

    (await follow()).close();

    expect(feed.listeners).toBe(0);
  });

  it('drops events while the client reads too slowly, and sends their count when it has read', async () => {
    const { feed, follow } = setUp();
    const stream = await follow();
    stream.unreadBytes = 256 * 1024 + 1;
    feed.emit(ORG.id, aRow(), aRow());
    expect(stream.names()).toEqual(['listening']);

    stream.read();
    stream.read();

    expect(stream.sent.slice(1)).toEqual([{ event: 'dropped', data: { count: 2 } }]);
  });

  it('sends a heartbeat that states whether events can arrive', async () => {
    const { clock, feed, live, follow } = setUp();
    const stream = await follow();
    feed.isConnected = false;

    await live.beat();

    expect(stream.sent.at(-1)).toEqual({
      event: 'heartbeat',
      data: { timestamp: clock.now().toISOString(), connected: false },
    });
  });

  it.each([
    ['ends a stream', 'not_found', ['listening', 'heartbeat', 'error']],
    ['keeps a stream', 'bus_unavailable', ['listening', 'heartbeat']],
  ] as const)('%s when its membership is %s at a heartbeat', async (_what, code, names) => {
    let ask = () => Promise.resolve(aMembership({ role: 'member' }));
    const { live, follow } = setUp(() => ask());
    const stream = await follow();
    ask = () => Promise.reject(new AppError(code, 'No membership'));

    await live.beat();

    expect(stream.names()).toEqual(names);
  });

  describe('when a membership may have changed', () => {
    /** A stream whose next check of the membership is answered by `confirm` or `refuse`. */
    async function changed() {
      let answer = Promise.resolve(aMembership({ role: 'member' }));
      const { feed, forget, follow } = setUp(() => answer);
      const stream = await follow();
      const check = Promise.withResolvers<Membership>();
      answer = check.promise;
      forget((userId, orgId) => userId === USER_ID && orgId === ORG.id);
      return { feed, stream, ...check };
    }

    it('sends no event until it is checked, and ends the stream of a removed member', async () => {
      const { feed, stream, reject } = await changed();
      feed.emit(ORG.id, aRow());
      reject(new AppError('not_found', 'No membership'));
      await until(() => stream.hasEnded);

      expect(stream.sent.slice(1)).toEqual([{ event: 'error', data: { code: 'not_found' } }]);
      expect(feed.listeners).toBe(0);
    });

    it('ends the stream when it cannot be checked', async () => {
      const { stream, reject } = await changed();
      reject(new AppError('bus_unavailable', 'NATS is away'));
      await until(() => stream.hasEnded);

      expect(stream.sent.at(-1)).toEqual({ event: 'error', data: { code: 'bus_unavailable' } });
    });

    it('goes on when it is confirmed, and counts the events that were held back', async () => {
      const { feed, stream, resolve } = await changed();
      feed.emit(ORG.id, aRow());
      resolve(aMembership({ role: 'admin' }));
      await until(() => stream.names().includes('dropped'));
      feed.emit(ORG.id, aRow());

      expect(stream.names()).toEqual(['listening', 'dropped', 'event']);
    });

    it('leaves the streams of others alone', async () => {
      const { feed, forget, follow } = setUp();
      const stream = await follow();
      forget((userId) => userId !== USER_ID);
      feed.emit(ORG.id, aRow());

      expect(stream.names()).toEqual(['listening', 'event']);
    });
  });

  it('opens no stream for a person that was removed since the request was admitted', async () => {
    const { feed, follow } = setUp(() => Promise.reject(new AppError('not_found', 'No membership')));

    await expect(follow()).rejects.toMatchObject({ code: 'not_found' });
    expect(feed.listeners).toBe(0);
  });

  it('asks every client to reconnect within 5 s when the process stops', async () => {
    const { feed, live, follow } = setUp();
    const streams = [await follow(), await follow()];

    live.end();

    for (const stream of streams) {
      expect(stream.sent.at(-1)).toEqual({ event: 'reconnect', data: { delay_ms: 2_500 } });
      expect(stream.hasEnded).toBe(true);
    }
    expect(feed.listeners).toBe(0);
  });

  it('ends the streams of a session that ends, and none that opens afterwards goes on', async () => {
    const { caller, ended, follow } = setUp();
    const [stream, other] = [await follow(), await follow({}, { ...caller, sessionId: 's-2' })];

    ended.add('s-1');
    const late = await follow();

    for (const one of [stream, late]) {
      expect(one.sent.at(-1)).toEqual({ event: 'error', data: { code: 'invalid_token' } });
      expect(one.hasEnded).toBe(true);
    }
    expect(other.hasEnded).toBe(false);
  });

  describe('with an access token that expires', () => {
    beforeEach(() => void jest.useFakeTimers());
    afterEach(() => void jest.useRealTimers());

    it('ends the stream at that time', async () => {
      const stream = await setUp().follow();

      jest.advanceTimersByTime(HOUR_MS - 1);
      expect(stream.hasEnded).toBe(false);
      jest.advanceTimersByTime(1);

      expect(stream.sent.at(-1)).toEqual({ event: 'error', data: { code: 'invalid_token' } });
      expect(stream.hasEnded).toBe(true);
    });
  });
});
