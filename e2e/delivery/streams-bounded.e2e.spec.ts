import { setTimeout as sleep } from 'node:timers/promises';
import { bearer, call, type PrivateServers, privateServers, residentMb } from '#libs/local-servers';
import { newWorkplace, type Platform, startPlatform, StreamFlood, until, type Workplace } from '#libs/testing';

const OPEN_FILES = 1_000;
/** Half of the files. */
const PLACES = 500;
const ASKED = 1_500;
const SILENT = 1_000;
/** 12a: 14 kB a reader; the rest is what a process needs for the requests themselves. */
const MAX_GROWTH_MB = 100;

describe('a process that may open few files', () => {
  let servers: PrivateServers;
  let platform: Platform;
  let work: Workplace;
  let flood: StreamFlood;

  beforeAll(async () => {
    servers = await privateServers();
    platform = await startPlatform(servers, 'standalone', {}, { openFiles: OPEN_FILES });
    work = await newWorkplace(platform, 'Few files');
    await work.person.must('POST', '/flags', { key: 'a.flag', name: 'x', type: 'boolean' });
    flood = new StreamFlood(platform.baseUrl, '/api/flags/stream', bearer(work.keys.dev.client));
  }, 120_000);
  afterAll(async () => {
    flood?.close();
    await platform?.stop();
    await servers?.stop();
  }, 60_000);

  /** Asks for readiness and an evaluation again and again, each over a new connection; returns what stops it. */
  const probe = () => {
    const failures: unknown[] = [];
    let probes = 0;
    let isRunning = true;
    const ask = async (method: string, path: string, body?: object) => {
      const headers = { ...bearer(work.keys.dev.server), connection: 'close' };
      const answer = await call(method, platform.baseUrl + path, body, headers).catch((error: unknown) => error);
      probes += 1;
      if ((answer as { status?: number }).status !== 200) failures.push([path, answer]);
    };
    const running = (async () => {
      for (; isRunning; await sleep(20)) {
        await ask('GET', '/readyz');
        await ask('POST', '/api/flags/evaluate', { context: { user_id: 'u1' } });
      }
    })();
    return async () => {
      isRunning = false;
      await running;
      return { failures, probes };
    };
  };
  const metric = async (name: string): Promise<number> => {
    const text = await (await fetch(`${platform.baseUrl}/metrics`, { headers: { connection: 'close' } })).text();
    return Number(text.split('\n').find((line) => line.startsWith(`${name} `))?.split(' ')[1]); // prettier-ignore
  };

  it('logs at its start that it keeps fewer streams open than the setting', () => {
    expect(platform.front.output).toMatch(/LOOM_STREAM_MAX_OPEN is 10000, but this process may open 1000 files/);
  });

  it('refuses streams beyond its places, and stays ready and evaluates all along', async () => {
    const before = residentMb(platform.front.pid);
    const stop = probe();
    await flood.ask(ASKED);
    const { failures, probes } = await stop();

    expect(failures).toEqual([]);
    expect(probes).toBeGreaterThan(0);
    expect([flood.count(200), flood.count(503)]).toEqual([PLACES, ASKED - PLACES]);
    const refused = flood.outcomes.filter(({ status }) => status === 503);
    expect(refused.every(({ retryAfter = 0 }) => retryAfter >= 1)).toBe(true);
    expect(await metric('loom_streams_open')).toBe(PLACES);
    expect(residentMb(platform.front.pid) - before).toBeLessThan(MAX_GROWTH_MB);
  }, 120_000);

  it('stays ready and evaluates while clients open connections and send nothing', async () => {
    const stop = probe();
    await flood.connectSilently(SILENT);
    const { failures } = await stop();

    expect(failures).toEqual([]);
    expect(await metric('loom_streams_open')).toBe(PLACES);
  }, 120_000);

  it('admits streams again when others end', async () => {
    flood.close();
    await until(async () => (await metric('loom_streams_open')) === 0);
    const again = new StreamFlood(platform.baseUrl, '/api/flags/stream', bearer(work.keys.dev.client));
    await again.ask(10);
    again.close();

    expect(again.count(200)).toBe(10);
  }, 60_000);
});
