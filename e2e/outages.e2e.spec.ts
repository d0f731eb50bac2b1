import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, privateServers, Program, startPlatform, type Platform, type PrivateServers } from '#libs/testing';
import { call, newWorkplace, until, type Answer, type Workplace } from './support/api.js';
import { StreamListener } from './support/stream.js';

const FLAG = 'outage.flag';
const CONFIG = `/flags/${FLAG}/configs/dev`;
const UNKNOWN_KEY = `loom_flags_server_dev_${'0a'.repeat(20)}`;

/** The servers behind the platform are killed; nothing is restarted by hand afterwards but them. */
describe('outages', () => {
  let servers: PrivateServers;
  let platform: Platform;
  let work: Workplace;
  let second: { url: string; program: Program };
  let dataDir: string;

  beforeAll(async () => {
    servers = await privateServers({ ownPostgres: true, durable: true });
    platform = await startPlatform(servers, 'standalone');
    dataDir = await mkdtemp(join(tmpdir(), 'loom-evaluator-'));
    work = await newWorkplace(platform, 'Outages');
    await createFlag(work);
    second = await platform.add('evaluation', { LOOM_DATA_DIR: dataDir });
    await everywhere(true);
  }, 120_000);
  afterAll(async () => {
    await platform?.stop();
    await servers?.stop();
    if (dataDir !== undefined) await rm(dataDir, { recursive: true, force: true });
  }, 90_000);

  const native = (url: string, key = work.keys.dev.server): Promise<Answer> =>
    call(
      'POST',
      `${url}/api/flags/evaluate`,
      { context: { user_id: 'u1' }, flags: [FLAG] },
      { authorization: `Bearer ${key}` },
    );
  const ofrep = (url: string, key = work.keys.dev.server): Promise<Answer> =>
    call(
      'POST',
      `${url}/ofrep/v1/evaluate/flags/${FLAG}`,
      { context: { targetingKey: 'u1' } },
      { authorization: `Bearer ${key}` },
    );
  const valueOf = ({ body }: Answer): unknown => (body['results'] as { value: unknown }[] | undefined)?.[0]?.value;

  /** What both evaluators answer by both APIs. */
  async function answers(): Promise<unknown[]> {
    const all = [platform.baseUrl, second.url].map(async (url) => [
      valueOf(await native(url)),
      (await ofrep(url)).body['value'],
    ]);
    return (await Promise.all(all)).flat();
  }
  const everywhere = (value: boolean) =>
    until(async () => (await answers()).every((answer) => answer === value), 15_000);
  const serve = (value: boolean): Promise<Answer> => work.person.ask('PATCH', CONFIG, configOf(value));

  it('without Redis all goes on: evaluation, streams, management, and an organization that is new', async () => {
    const stream = await StreamListener.open(`${platform.baseUrl}/api/flags/stream`, work.keys.dev.server);
    await until(() => stream.find('init'));
    await servers.redis.kill9();

    expect(await answers()).toEqual([true, true, true, true]);
    expect(await serve(false)).toMatchObject({ status: 200 });
    await everywhere(false);
    await until(() => stream.find('flag.updated'));
    stream.close();

    const fresh = await newWorkplace(platform, 'Born without Redis');
    await createFlag(fresh);
    for (const url of [platform.baseUrl, second.url]) {
      await until(async () => valueOf(await native(url, fresh.keys.dev.server)) === true);
    }

    await servers.redis.restart();
    expect(await serve(true)).toMatchObject({ status: 200 });
    await everywhere(true);
  }, 60_000);

  it('without Postgres evaluation goes on and management says so within a second', async () => {
    await servers.postgres!.kill9();

    expect(await answers()).toEqual([true, true, true, true]);
    for (const ask of [() => serve(false), () => work.person.ask('GET', '/flags')]) {
      const began = performance.now();
      expect(await ask()).toMatchObject({ status: 503, body: { error: { code: 'store_unavailable' } } });
      expect(performance.now() - began).toBeLessThan(2_000);
    }
    const stream = await StreamListener.open(`${platform.baseUrl}/api/flags/stream`, work.keys.dev.server);
    await until(() => stream.find('init'));

    await servers.postgres!.restart();
    await until(async () => (await serve(false)).status === 200);
    await everywhere(false);
    await until(() => stream.find('flag.updated'));
    stream.close();
    expect(await serve(true)).toMatchObject({ status: 200 });
    await everywhere(true);
  }, 60_000);

  it('an evaluator that is started with all three down answers from its snapshot, and never a wrong value', async () => {
    const file = join(dataDir, 'snapshot-evaluation.json');
    const { version } = (await native(second.url)).body as { version: string };
    await until(async () => holds(await readFile(file, 'utf8').catch(() => ''), version));
    await Promise.all([servers.redis.kill9(), servers.nats.kill9(), servers.postgres!.kill9()]);
    await second.program.kill9();
    second = await platform.add('evaluation', { LOOM_DATA_DIR: dataDir });

    expect(await answers()).toEqual([true, true, true, true]);
    const stale = await until(async () => {
      const { body } = await native(second.url);
      return typeof body['stale_seconds'] === 'number' && body;
    });
    expect(stale).toMatchObject({ version, results: [{ value: true }] });
    expect(stale['stale_seconds']).toBeGreaterThan(0);
    expect(await native(second.url, UNKNOWN_KEY)).toMatchObject({ status: 503 });
    expect(await serve(false)).toMatchObject({ status: 503 });

    await second.program.kill9();
    const blankDir = join(dataDir, 'blank');
    const url = `http://127.0.0.1:${await freePort()}`;
    const env = { ...platform.env, LOOM_DATA_DIR: blankDir, LOOM_HTTP_PORT: new URL(url).port };
    const blank = Program.start({ entry: 'dist/apps/evaluation/src/main.js', env });
    try {
      const first = await until(() => native(url).catch(() => undefined));
      expect(first).toMatchObject({ status: 503, body: { error: { code: 'not_initialised' } } });
      expect(await ofrep(url)).toMatchObject({ status: 503 });
      expect((await fetch(`${url}/readyz`)).status).toBe(503);
      second = await platform.add('evaluation', { LOOM_DATA_DIR: dataDir });
      expect(await answers()).toEqual([true, true, true, true]);

      await Promise.all([servers.redis.restart(), servers.nats.restart(), servers.postgres!.restart()]);
      await until(async () => (await serve(false)).status === 200, 30_000);
      await everywhere(false);
      await until(async () => valueOf(await native(url)) === false);
      await until(async () => (await native(second.url)).body['stale_seconds'] === undefined);
    } finally {
      await blank.stop();
    }
    expect(platform.front.isRunning).toBe(true);
  }, 120_000);
});

/** The configuration by which everybody gets the value. */
function configOf(value: boolean): object {
  return { enabled: true, rules: value ? [{ conditions: [], serve: { variant: 'on' } }] : [] };
}

/** True for everybody in `dev`. */
async function createFlag({ person }: Workplace): Promise<void> {
  await person.must('POST', '/flags', { key: FLAG, name: 'x', type: 'boolean' });
  await person.must('PATCH', CONFIG, configOf(true));
}

/** Whether a snapshot stands at a version `<epoch>.<platform>.<org>` in some organization, and knows a key. */
function holds(text: string, version: string): boolean {
  const lines = text
    .split('\n')
    .slice(1, -2)
    .map((line) => JSON.parse(line) as { version?: number; record?: object });
  const org = Number(version.split('.')[2]);
  return lines.some((line) => line.version === org) && lines.some((line) => line.record !== undefined);
}
