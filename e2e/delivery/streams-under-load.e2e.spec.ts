import { type PrivateServers, privateServers, type Program, residentMb } from '#libs/local-servers';
import { newWorkplace, type Platform, startPlatform, until, type Workplace } from '#libs/testing';
import { Reader } from '../support/readers.js';

const FLAG = 'load.flag';
/** Fills the socket buffers of a stalled reader soon. */
const LARGE = 'load.large';
const RETURN_WITHIN_MS = 60_000;
const MAX_LAG_S = 0.2;
const MAX_GROWTH_MB = 50;
const WARM_UP = 60;
const CONTROL = 60;

describe('streams under load', () => {
  let servers: PrivateServers;
  let platform: Platform;
  let work: Workplace;
  let streaming: { url: string; program: Program };
  let readers: Reader[] = [];

  beforeAll(async () => {
    servers = await privateServers();
    platform = await startPlatform(servers, 'standalone');
    work = await newWorkplace(platform, 'Load');
    await work.person.must('POST', '/flags', { key: FLAG, name: 'x', type: 'boolean' });
    const variants = ['a', 'b'].map((name) => ({ name, value: { text: name.repeat(60_000) } }));
    await work.person.must('POST', '/flags', { key: LARGE, name: 'x', type: 'json', variants, default_variant: 'a' });
    streaming = await platform.add('streaming');
  }, 120_000);
  afterEach(() => {
    for (const reader of readers) reader.close();
    readers = [];
  });
  afterAll(async () => {
    await platform?.stop();
    await servers?.stop();
  }, 60_000);

  const join = (count: number, more: { stalls?: boolean; pauseMs?: number } = {}): readonly Reader[] => {
    const joined = Array.from(
      { length: count },
      () => new Reader({ urls: [streaming.url], key: work.keys.dev.client, ...more }),
    );
    readers.push(...joined);
    return joined;
  };
  /** A metric of the streaming process. Quantiles of the event loop's lag count since they were asked for last. */
  const metric = async (name: string): Promise<number> => {
    const text = await (await fetch(`${streaming.url}/metrics`, { signal: AbortSignal.timeout(10_000) })).text();
    const line = text.split('\n').find((one) => one.startsWith(`${name} `));
    return Number(line?.split(' ')[1]);
  };
  const change = (key: string, enabled: boolean) => work.person.must('PATCH', `/flags/${key}/configs/dev`, { enabled });

  /** Resident memory of the streaming process at its highest while something is done so often. */
  const highestMb = async (times: number, work: (i: number) => Promise<unknown>): Promise<number> => {
    let highest = 0;
    for (let i = 0; i < times; i += 1) {
      await work(i);
      highest = Math.max(highest, residentMb(streaming.program.pid));
    }
    return highest;
  };

  it('accept a thousand readers that reconnect at once, and stay fast meanwhile', async () => {
    const thousand = join(1_000, { pauseMs: 1_000 });
    await until(() => thousand.every(({ beginnings }) => beginnings.length === 1), RETURN_WITHIN_MS);
    await metric('nodejs_eventloop_lag_p99_seconds');

    const cutAt = performance.now();
    for (const reader of thousand) reader.cut();
    await until(() => thousand.every(({ beginnings }) => beginnings.length === 2), RETURN_WITHIN_MS);
    const lag = await metric('nodejs_eventloop_lag_p99_seconds');
    await change(FLAG, true);
    await until(() => thousand.every(({ enabled }) => enabled.get(FLAG) === true), 10_000);

    expect(lag).toBeLessThan(MAX_LAG_S);
    expect(performance.now() - cutAt).toBeLessThan(RETURN_WITHIN_MS);
    expect(await metric('loom_streams_open')).toBe(1_000);
  }, 180_000);

  it('drop readers that stall, at little cost, while the others receive everything', async () => {
    const healthy = join(10);
    await until(() => healthy.every(({ beginnings }) => beginnings.length === 1));
    for (let i = 0; i < WARM_UP; i += 1) await change(LARGE, i % 2 === 0);
    // The cost of the changes alone, without stalled readers, is not part of the limit.
    const control = await highestMb(CONTROL, (i) => change(LARGE, i % 2 === 0));
    const droppedBefore = await metric('loom_streams_dropped_total');
    join(50, { stalls: true, pauseMs: 3_600_000 });
    await until(async () => (await metric('loom_streams_open')) === 60);

    let changes = 0;
    let highest = 0;
    await until(async () => {
      highest = Math.max(highest, await highestMb(1, () => change(LARGE, changes++ % 2 === 0)));
      return (await metric('loom_streams_dropped_total')) - droppedBefore === 50;
    }, 60_000);
    await until(() => healthy.every(({ flagVersions }) => flagVersions.length === WARM_UP + CONTROL + changes));

    expect(highest - control).toBeLessThan(MAX_GROWTH_MB);
    expect(healthy.map(({ beginnings }) => beginnings)).toEqual(healthy.map(() => ['init']));
  }, 120_000);
});
