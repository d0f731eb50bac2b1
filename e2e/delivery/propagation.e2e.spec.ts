import { bearer, call, type PrivateServers, privateServers, type Program } from '#libs/local-servers';
import { newWorkplace, type Platform, startPlatform, until, type Workplace } from '#libs/testing';
import { StreamListener } from '../support/stream.js';

interface Instance {
  readonly id: string;
  readonly service: string;
  readonly version: string | null;
  readonly lag_ms: number | null;
  readonly silent: boolean;
}
interface Propagation {
  readonly version: string;
  readonly complete: boolean;
  readonly instances: readonly Instance[];
  readonly streams: readonly { sdk: string; sdk_version: string; connections: number; behind: number }[];
}
const FLAG = 'receipts.flag';

/** When a change of a flag has arrived everywhere. */
describe('propagation of the newest version', () => {
  let servers: PrivateServers;
  let platform: Platform;
  let work: Workplace;
  const evaluators: Program[] = [];
  const urls: string[] = [];
  const streamers: Program[] = [];
  const streams: StreamListener[] = [];

  beforeAll(async () => {
    servers = await privateServers();
    platform = await startPlatform(servers, 'standalone', { LOOM_EVALUATOR_FORGET: '20s' });
    work = await newWorkplace(platform, 'Propagation');
    await work.person.must('POST', '/flags', { key: FLAG, name: 'x', type: 'boolean' });
    const key = work.keys.dev.server;
    for (const LOOM_INSTANCE of ['1', '2']) {
      const evaluation = await platform.add('evaluation', { LOOM_INSTANCE });
      const streaming = await platform.add('streaming', { LOOM_INSTANCE });
      evaluators.push(evaluation.program);
      urls.push(evaluation.url);
      streamers.push(streaming.program);
      await call('POST', `${evaluation.url}/api/flags/evaluate`, { context: {} }, bearer(key));
      streams.push(await StreamListener.open(`${streaming.url}/api/flags/stream`, key));
    }
  }, 120_000);
  afterAll(async () => {
    for (const program of evaluators) if (program.isRunning) process.kill(program.pid, 'SIGCONT');
    for (const stream of streams) stream.close();
    await platform?.stop();
    await servers?.stop();
  }, 60_000);

  const report = () => work.person.must<Propagation>('GET', '/propagation');
  const change = (enabled: boolean) => work.person.must('PATCH', `/flags/${FLAG}/configs/dev`, { enabled });
  const complete = async (): Promise<Propagation | undefined> => {
    const found = await report();
    return found.complete ? found : undefined;
  };
  const services = ({ instances }: Pick<Propagation, 'instances'>) =>
    instances.map(({ service }) => service).toSorted();

  it('is complete soon after a change', async () => {
    const holding = ({ instances }: Propagation) => instances.filter(({ version }) => version !== null);
    await until(async () => holding(await report()).length === 4, 20_000);
    await until(complete, 20_000);
    await change(true);

    const found = await until(complete);
    const metrics = await (await fetch(`${urls[0]}/metrics`)).text();
    expect(metrics).toMatch(/^loom_propagation_seconds_count\{service="evaluation"\} [1-9]/m);
    const [version, holders] = [found.version, holding(found)];
    expect(services({ instances: holders })).toEqual(['evaluation', 'evaluation', 'streaming', 'streaming']);
    expect(holders.every((holder) => holder.version === version && holder.lag_ms! < 2_000)).toBe(true);
  }, 40_000);

  it('includes every stream, counted by SDK', async () => {
    const isEveryStream = async () => {
      const { streams } = await report();
      return streams.some(({ sdk, connections, behind }) => sdk === 'node' && connections === 2 && behind === 0);
    };

    expect(await until(isEveryStream)).toBe(true);
  });

  it('is never complete while one process hangs, which is named within 15 s', async () => {
    const stoppedAt = Date.now();
    process.kill(evaluators[0]!.pid, 'SIGSTOP');
    await change(false);

    const seen: Propagation[] = [];
    const silent = await until(async () => {
      seen.push(await report());
      return seen.at(-1)!.instances.find((instance) => instance.silent);
    }, 20_000);
    expect(Date.now() - stoppedAt).toBeLessThan(15_000);
    expect(silent.service).toBe('evaluation');
    expect(seen.filter((one) => one.complete)).toEqual([]);
    expect(seen.length).toBeGreaterThan(20);

    process.kill(evaluators[0]!.pid, 'SIGCONT');
    const { instances } = await until(complete);
    expect(instances.map(({ id }) => id)).toContain(silent.id);
  }, 40_000);

  it('leaves out processes that ended at once, and those that were killed after a while', async () => {
    const before = services(await report());
    await evaluators[1]!.stop();
    const without = services(await report());
    expect(without).toEqual(before.toSpliced(before.indexOf('evaluation'), 1));

    await streamers[1]!.kill9();
    await until(async () => (await report()).instances.some(({ silent }) => silent), 15_000);
    expect((await report()).complete).toBe(false);
    const { instances } = await until(complete, 25_000);
    expect(instances.length).toBe(before.length - 2);
  }, 60_000);

  it('is not known while Redis is away: 503, and no claim', async () => {
    await servers.redis.kill9();

    const answer = await work.person.ask('GET', '/propagation');
    expect(answer).toMatchObject({ status: 503, body: { error: { code: 'store_unavailable' } } });
    expect(answer.headers.get('retry-after')).toMatch(/^\d+$/);
  });
});
