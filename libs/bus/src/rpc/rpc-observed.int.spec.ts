import { Writable } from 'node:stream';
import { Registry } from 'prom-client';
import { AppError } from '#libs/kernel';
import { systemOrigin, type Rpc } from '#libs/contracts';
import { privateServers, type PrivateServers } from '#libs/local-servers';
import { countQuery, createLogger } from '#libs/observability';
import { Bus } from '../connection/bus.js';
import { RpcClient } from './rpc-client.js';
import { RpcMetrics } from './rpc-metrics.js';
import { RpcServer } from './rpc-server.js';

interface Line {
  readonly level: string;
  readonly trace_id?: string;
  readonly context: Readonly<Record<string, unknown>>;
}
const TRACE = '0af7651916cd43dd8448eb211c80319c';
const ORG = '01900000-0000-7000-8000-00000000000a';
const origin = {
  ...systemOrigin(ORG, 'r-1'),
  actor: { type: 'user', id: 'u-1' },
  traceparent: `00-${TRACE}-b7ad6b7169203331-01`,
} as const;
const work: Rpc<Record<string, never>, string> = { subject: 'rpc.test.work' };
const crash: Rpc<Record<string, never>, never> = { subject: 'rpc.test.crash' };
const away: Rpc<Record<string, never>, never> = { subject: 'rpc.test.away' };
const refuse: Rpc<Record<string, never>, never> = { subject: 'rpc.test.refuse' };

describe('requests between services, observed', () => {
  let servers: PrivateServers;
  let rpc: RpcClient;
  const buses: Bus[] = [];
  const lines: Line[] = [];
  const registry = new Registry();
  const metrics = new RpcMetrics(registry);
  const destination = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      lines.push(JSON.parse(chunk.toString()) as Line);
      done();
    },
  });
  const logger = createLogger({ service: 'test', level: 'debug', destination });
  const handlers = {
    [work.subject]: async () => {
      logger.info('working');
      countQuery(2, 3);
      countQuery(5, 1);
      return 'done';
    },
    [crash.subject]: async () => {
      throw new Error('a defect');
    },
    [away.subject]: async () => {
      throw new AppError('store_unavailable', 'away', [], { cause: new Error('ECONNREFUSED') });
    },
    [refuse.subject]: async () => {
      throw new AppError('version_conflict', 'Too late');
    },
  };
  const newBus = async (name: string): Promise<Bus> => {
    const bus = new Bus({ url: servers.natsUrl, name }, logger);
    buses.push(bus);
    bus.start();
    await bus.connection();
    return bus;
  };

  beforeAll(async () => {
    servers = await privateServers();
    const serving = await newBus('service');
    const server = new RpcServer(serving, logger, undefined, metrics);
    for (const [subject, handler] of Object.entries(handlers)) server.addHandler(subject, handler);
    await new Promise<void>((resolve) => server.listen(resolve));
    await serving.flush();
    rpc = new RpcClient(await newBus('client'), logger, metrics);
  }, 60_000);
  afterAll(async () => {
    await Promise.all(buses.map((bus) => bus.drain()));
    await servers.stop();
  });
  beforeEach(() => {
    lines.length = 0;
  });

  it('have the ids of the request and its trace in every line of the service, and the totals of its queries', async () => {
    await rpc.ask(work, {}, origin);

    const ids = { request_id: 'r-1', org_id: ORG, user_id: 'u-1' };
    expect(lines).toMatchObject([
      { trace_id: TRACE, context: ids },
      {
        level: 'debug',
        trace_id: TRACE,
        context: { ...ids, action: 'serve', operation: work.subject, queries: 2, query_ms: 7, rows: 4 },
      },
      { level: 'debug', context: { ...ids, action: 'ask', operation: work.subject, status: 200 } },
    ]);
  });

  it.each([
    [crash, 'error', 'internal', 'a defect'],
    [away, 'warn', 'store_unavailable', 'away'],
  ])('log the cause of a 5xx once, with the request id: %j', async (failing, level, code, message) => {
    await expect(rpc.ask(failing, {}, origin)).rejects.toMatchObject({ code });

    const causes = lines.filter(({ context }) => context['err'] !== undefined);
    expect(causes).toMatchObject([
      { level, context: { request_id: 'r-1', operation: failing.subject, err: { message } } },
    ]);
  });

  it('are counted by subject and outcome on both sides', async () => {
    await expect(rpc.ask(refuse, {}, origin)).rejects.toThrow('Too late');

    const text = await registry.metrics();
    for (const side of ['served', 'asked']) {
      const count = (subject: string, outcome: string) =>
        `loom_rpc_${side}_duration_seconds_count{subject="${subject}",outcome="${outcome}"} 1`;
      expect(text).toContain(count(refuse.subject, 'refused'));
      expect(text).toContain(count(crash.subject, 'failed'));
      expect(text).toContain(count(work.subject, 'ok'));
    }
  });
});
