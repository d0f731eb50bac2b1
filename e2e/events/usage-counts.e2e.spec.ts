import { setTimeout as sleep } from 'node:timers/promises';
import { jetstream } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import type { EvaluationCountedV1, FactOf } from '#libs/contracts';
import { bearer, call, type PrivateServers, privateServers, type Program } from '#libs/local-servers';
import { newWorkplace, type Platform, startPlatform, until, type Workplace } from '#libs/testing';

type Counted = FactOf<typeof EvaluationCountedV1>;
const FLAGS = ['counted.one', 'counted.two'] as const;
const DOWN_MS = 4_000;

/** Evaluations are counted per flag while NATS is away for some seconds. */
describe('evaluations are counted', () => {
  let servers: PrivateServers;
  let platform: Platform;
  let work: Workplace;
  let evaluator: { url: string; program: Program };

  beforeAll(async () => {
    servers = await privateServers();
    platform = await startPlatform(servers, 'standalone');
    work = await newWorkplace(platform, 'Counting');
    for (const key of FLAGS) await work.person.must('POST', '/flags', { key, name: key, type: 'boolean' });
    await work.person.must('PATCH', `/flags/${FLAGS[0]}/configs/dev`, { enabled: true });
    evaluator = await platform.add('evaluation', { LOOM_INSTANCE: '2' });
  }, 120_000);
  afterAll(async () => {
    await platform?.stop();
    await servers?.stop();
  }, 60_000);

  const post = async (path: string, context: object, key = work.keys.dev.server): Promise<void> => {
    const answer = await call('POST', evaluator.url + path, { context }, bearer(key));
    expect(answer.status).toBe(200);
  };
  /** By each way once: two of the first flag, one of both, one of both. */
  const evaluateByAllWays = async (): Promise<void> => {
    await post(`/api/flags/evaluate/${FLAGS[0]}`, { user_id: 'u1' });
    await post(`/ofrep/v1/evaluate/flags/${FLAGS[0]}`, { targetingKey: 'u1' });
    await post('/api/flags/evaluate', {}, work.keys.prod.client);
    await post('/ofrep/v1/evaluate/flags', {});
  };
  async function published(): Promise<readonly Counted[]> {
    const connection = await connect(servers.nats.connection);
    try {
      const consumer = await jetstream(connection).consumers.get('USAGE');
      const { num_pending: pending } = await consumer.info();
      const facts: Counted[] = [];
      if (pending === 0) return facts;
      for await (const message of await consumer.fetch({ max_messages: pending, expires: 2_000 })) {
        facts.push(message.json<Counted>());
      }
      return facts.filter(({ org_id }) => org_id === work.orgId);
    } finally {
      await connection.close();
    }
  }
  function summed(facts: readonly Counted[]): Record<string, number> {
    const sums: Record<string, number> = {};
    for (const { flag_key, environment, variant, reason, count } of facts.flatMap(({ data }) => data.counts)) {
      const name = `${flag_key} ${environment} ${variant} ${reason}`;
      sums[name] = (sums[name] ?? 0) + count;
    }
    return sums;
  }

  it('each of them once, whatever NATS does, and none that was only tried out', async () => {
    for (let i = 0; i < 10; i += 1) await evaluateByAllWays();
    await until(async () => Object.values(summed(await published())).reduce((a, b) => a + b, 0) === 60, 15_000);
    const metrics = (await (await fetch(`${evaluator.url}/metrics`)).text()).split('\n');
    const value = (name: string) => Number(metrics.find((line) => line.startsWith(`loom_${name} `))?.split(' ')[1]);
    const evaluations = value('evaluations_total{reason="default"}') + value('evaluations_total{reason="disabled"}');
    expect([evaluations, value('key_cache_misses_total'), value('rulesets_held')]).toEqual([60, 2, 2]);
    expect(value('ruleset_bytes')).toBeGreaterThan(500);
    await servers.nats.kill9();
    const downSince = Date.now();
    for (let i = 0; i < 10; i += 1) await evaluateByAllWays();
    await sleep(DOWN_MS - (Date.now() - downSince));
    await servers.nats.restart();
    for (let i = 0; i < 10; i += 1) await evaluateByAllWays();
    await until(
      async () =>
        (await work.person.ask('POST', '/evaluate', { environment: 'dev', context: {}, flags: [FLAGS[0]] })).status ===
        200,
    );

    await evaluator.program.stop();
    expect(summed(await published())).toEqual({
      [`${FLAGS[0]} dev off default`]: 90,
      [`${FLAGS[1]} dev off disabled`]: 30,
      [`${FLAGS[0]} prod off disabled`]: 30,
      [`${FLAGS[1]} prod off disabled`]: 30,
    });
  }, 60_000);
});
