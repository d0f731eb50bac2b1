import { type Answer, call, type PrivateServers, privateServers } from '#libs/local-servers';
import { newWorkplace, type Platform, startPlatform, until, type Workplace } from '#libs/testing';
import { storedEvents } from '../support/intake.js';

const MIB = 1024 * 1024;

/** Postgres is killed: events are taken in until the stream is full, then refused; flags go on, and nothing acknowledged is lost. */
describe('the store away until the intake is full', () => {
  let servers: PrivateServers;
  let platform: Platform;
  let work: Workplace;
  let key: string;

  beforeAll(async () => {
    servers = await privateServers({ ownPostgres: true, durable: true });
    platform = await startPlatform(servers, 'standalone', { LOOM_CAPTURE_MAX_BYTES: String(4 * MIB) });
    work = await newWorkplace(platform, 'Full');
    key = (await work.person.must<{ key: string }>('POST', '/analytics/keys', { name: 'write', key_type: 'write' }))
      .key;
  }, 120_000);
  afterAll(async () => {
    await platform?.stop();
    await servers?.stop();
  }, 60_000);

  const batch = Array.from({ length: 50 }, (_, n) => ({
    distinct_id: `d${n}`,
    event: 'signed_up',
    properties: { text: 'x'.repeat(2_000) },
  }));
  const send = () =>
    call<{ event_ids: string[]; error: { code: string } }>(
      'POST',
      `${platform.baseUrl}/api/analytics/batch`,
      { batch },
      {
        authorization: `Bearer ${key}`,
      },
    );
  const evaluate = (): Promise<Answer> => {
    const authorization = `Bearer ${work.keys.dev.server}`;
    return call('POST', `${platform.baseUrl}/api/flags/evaluate`, { context: { user_id: 'u1' } }, { authorization });
  };

  it('accepts, refuses with Retry-After, evaluates all along, and stores everything that it acknowledged', async () => {
    const acked: string[] = [];
    const take = async () => {
      const answer = await send();
      if (answer.status === 200) acked.push(...answer.body.event_ids);
      return answer;
    };
    expect((await take()).status).toBe(200);
    expect((await evaluate()).status).toBe(200);
    await servers.postgres!.kill9();

    let last = await take();
    expect(last.status).toBe(200);
    for (let sent = 0; last.status === 200 && sent < 200; sent += 1) last = await take();
    expect([last.status, last.body.error.code]).toEqual([503, 'overloaded']);
    expect(Number(last.headers.get('retry-after'))).toBeGreaterThan(0);
    for (let i = 0; i < 20; i += 1) {
      expect((await take()).status).toBe(503);
      expect((await evaluate()).status).toBe(200);
    }
    expect((await fetch(`${platform.baseUrl}/readyz`)).status).toBe(200);

    await servers.postgres!.restart();
    await until(async () => (await take()).status === 200, 60_000, 500);
    await until(
      async () => {
        const there = await storedEvents(servers);
        return acked.every((id) => there.has(id));
      },
      60_000,
      500,
    );
    expect(acked.length).toBeGreaterThan(1_000);
  }, 180_000);
});
