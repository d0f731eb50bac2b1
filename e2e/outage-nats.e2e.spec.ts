import { setTimeout as sleep } from 'node:timers/promises';
import { privateServers, startPlatform, type Platform, type PrivateServers } from '#libs/testing';
import { call, newWorkplace, until, type Answer, type Workplace } from './support/api.js';
import { StreamListener } from './support/stream.js';

const FLAG = 'outage.flag';
const DOWN_MS = 30_000;

/** NATS is killed for 30 s while two evaluators are in use; nothing is restarted by hand afterwards. */
describe('NATS killed for 30 s', () => {
  let servers: PrivateServers;
  let platform: Platform;
  let work: Workplace;
  let second: string;

  beforeAll(async () => {
    servers = await privateServers();
    platform = await startPlatform(servers, 'standalone');
    work = await newWorkplace(platform, 'Outage');
    await work.person.must('POST', '/flags', { key: FLAG, name: 'x', type: 'boolean' });
    const rules = [{ conditions: [], serve: { variant: 'on' } }];
    await work.person.must('PATCH', `/flags/${FLAG}/configs/dev`, { enabled: true, rules });
    second = (await platform.add('evaluation')).url;
    await until(async () => (await native(second)).body['value'] === true);
  }, 120_000);
  afterAll(async () => {
    await platform?.stop();
    await servers?.stop();
  }, 60_000);

  const authorized = () => ({ authorization: `Bearer ${work.keys.dev.server}` });
  const native = (url: string): Promise<Answer> =>
    call('POST', `${url}/api/flags/evaluate/${FLAG}`, { context: { user_id: 'u1' } }, authorized());
  const ofrep = (url: string): Promise<Answer> =>
    call('POST', `${url}/ofrep/v1/evaluate/flags/${FLAG}`, { context: { targetingKey: 'u1' } }, authorized());

  it('evaluation answers all along, writes are refused within 2 s, and a change made afterwards arrives everywhere', async () => {
    const stream = await StreamListener.open(`${platform.baseUrl}/api/flags/stream`, work.keys.dev.server);
    await until(() => stream.find('init'));
    const wrong: unknown[] = [];
    let asked = 0;
    let running = true;
    const load = async (): Promise<void> => {
      while (running) {
        for (const url of [platform.baseUrl, second]) {
          for (const answer of await Promise.all([native(url), ofrep(url)])) {
            asked += 1;
            if (answer.status !== 200 || answer.body['value'] !== true) wrong.push(answer);
          }
        }
        await sleep(20);
      }
    };
    const loading = load();

    await servers.nats.kill9();
    const downSince = Date.now();
    const refused = await work.person.ask('PATCH', `/flags/${FLAG}/configs/dev`, { enabled: false });
    expect(refused).toMatchObject({ status: 503, body: { error: { code: 'bus_unavailable' } } });
    expect(Date.now() - downSince).toBeLessThan(2_500);
    expect(refused.headers.get('retry-after')).toMatch(/^\d+$/);
    expect((await fetch(`${platform.baseUrl}/readyz`)).status).toBe(200);
    await sleep(DOWN_MS - (Date.now() - downSince));
    await servers.nats.restart();

    await until(
      async () =>
        (await work.person.ask('PATCH', `/flags/${FLAG}/configs/dev`, { enabled: true, rules: [] })).status === 200,
    );
    running = false;
    await loading;
    expect(wrong).toEqual([]);
    expect(asked).toBeGreaterThan(1_000);

    for (const url of [platform.baseUrl, second]) {
      await until(async () => (await native(url)).body['value'] === false);
      expect(await ofrep(url)).toMatchObject({ status: 200, body: { value: false } });
    }
    await until(() => stream.find('flag.updated'));
    await until(async () => {
      const { data } = await work.person.must<{ data: { event: string }[] }>('GET', '/audit?event=FlagConfigUpdated');
      return data.length === 2;
    });
    stream.close();
    expect(platform.front.isRunning).toBe(true);
  }, 120_000);
});
