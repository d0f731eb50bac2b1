import { createLogger } from '#libs/observability';
import { RevocationPoll } from './revocation-poll.js';
import type { RevocationSource, RevokedSince } from './revocation-sources.js';
import { Revocations } from './revocations.js';
import { FixedClock, START } from '#libs/testing';

const logger = createLogger({ service: 'test', level: 'silent' });

/** Holds revocations by their time. */
class StubSource implements RevocationSource {
  readonly revoked = new Map<string, number>();
  isWhole = true;
  ageMs = 0;
  state: 'up' | 'away' | 'frozen' = 'up';

  constructor(private readonly clock: FixedClock) {}

  since(since: number): Promise<RevokedSince> {
    if (this.state === 'away') return Promise.reject(new Error('away'));
    if (this.state === 'frozen') return new Promise(() => undefined);
    const ids = [...this.revoked].filter(([, at]) => at >= since).map(([id]) => id);
    const whole = { asOf: this.clock.at - this.ageMs, ageMs: this.ageMs };
    return Promise.resolve(this.isWhole ? { ids, whole } : { ids });
  }
}

describe('RevocationPoll', () => {
  const setUp = () => {
    const clock = new FixedClock(START);
    const revocations = new Revocations();
    const [rpc, redis] = [new StubSource(clock), new StubSource(clock)];
    const keptMs = 24 * 3_600_000;
    const sources = [rpc, redis];
    const poll = new RevocationPoll({ what: 'tests', revocations, sources, keptMs, clock, logger });
    return { clock, revocations, rpc, redis, poll };
  };

  it('receives a whole day at first, then new revocations, late commits included', async () => {
    const { clock, revocations, rpc, poll } = setUp();
    rpc.revoked.set('yesterday', START - 23 * 3_600_000);
    await poll.poll();
    expect(revocations.has('yesterday')).toBe(true);

    clock.at += 3_600_000;
    await poll.poll();
    rpc.revoked.set('committed late', clock.at - 10_000);
    clock.at += 2_000;
    await poll.poll();

    expect(revocations.has('committed late')).toBe(true);
    expect(revocations.currentAt).toBe(clock.at);
  });

  it('catches up after a time in which no source answered', async () => {
    const { clock, revocations, rpc, redis, poll } = setUp();
    await poll.poll();
    [rpc.state, redis.state] = ['away', 'away'];
    for (let hours = 0; hours < 5; hours += 1) {
      clock.at += 3_600_000;
      await poll.poll();
    }
    expect(revocations.currentAt).toBe(START);

    rpc.revoked.set('meanwhile', START + 60_000);
    rpc.state = 'up';
    await poll.poll();

    expect(revocations.has('meanwhile')).toBe(true);
    expect(revocations.isFresh(clock.at)).toBe(true);
  });

  it('uses the list in Redis, with its age, while the bus is frozen', async () => {
    const { clock, revocations, rpc, redis, poll } = setUp();
    rpc.state = 'frozen';
    redis.ageMs = 3_000;
    redis.revoked.set('from Redis', START);

    void poll.poll();
    await new Promise((resolve) => setImmediate(resolve));

    expect(revocations.has('from Redis')).toBe(true);
    expect(revocations.currentAt).toBe(clock.at - 3_000);
  });

  it('uses the entries of an incomplete list, but does not count it as complete', async () => {
    const { revocations, rpc, redis, poll } = setUp();
    rpc.state = 'away';
    redis.isWhole = false;
    redis.revoked.set('from Redis', START);

    await poll.poll();

    expect(revocations.has('from Redis')).toBe(true);
    expect(revocations.isFresh(START)).toBe(false);
  });
});
