import { PLATFORM, EVALUATORS, EVALUATORS_SINCE, SILENT_MS } from '#libs/contracts';
import { privateServers, type PrivateServers } from '#libs/local-servers';
import { createLogger } from '#libs/observability';
import { RedisConnection } from '#libs/redis';
import { answers, until } from '#libs/testing';
import type { RulesetUpdate } from '../replica/apply.js';
import type { UpdateListener } from '../ruleset-reader.js';
import { readReceipts, type Receipt } from './read-receipts.js';
import { VersionReceipts } from './version-receipts.js';

const EPOCH = '0000000a1';
const FORGET_MS = 600_000;
const logger = createLogger({ service: 'test', level: 'silent' });

/** An evaluator with a replica that the test controls. */
class Evaluator {
  readonly receipts: VersionReceipts;
  #listener: UpdateListener = () => undefined;
  evict: (scope: string) => void = () => undefined;

  constructor(
    readonly redis: RedisConnection,
    readonly id: string,
  ) {
    const replica = {
      onUpdate: (listener: UpdateListener) => (this.#listener = listener),
      onEvicted: (listener: (scope: string) => void) => (this.evict = listener),
    };
    this.receipts = new VersionReceipts({ redis, replica, logger, service: 'evaluation', id, forgetMs: FORGET_MS });
  }

  holds(scope: string, version: number): void {
    this.#listener({ scope, epoch: EPOCH, version, changes: [] } satisfies RulesetUpdate);
  }
}

describe('receipts', () => {
  let servers: PrivateServers;
  let gateway: RedisConnection;
  const opened: RedisConnection[] = [];
  const connect = async (name: string): Promise<RedisConnection> => {
    const redis = new RedisConnection(servers.redisUrl, name, logger, { commandTimeoutMs: 20_000 });
    await answers(redis);
    opened.push(redis);
    return redis;
  };
  const read = () => readReceipts(gateway, 'o1', FORGET_MS);
  const receiptOf = async (id: string): Promise<Receipt | undefined> =>
    (await read()).receipts.find((receipt) => receipt.id === id);
  const held = async (id: string) => (await receiptOf(id))?.organization?.version;

  beforeAll(async () => {
    servers = await privateServers();
    gateway = await connect('gateway');
  });
  afterAll(async () => {
    for (const redis of opened) redis.close();
    await servers.stop();
  });

  let one: Evaluator;
  beforeEach(async () => {
    await gateway.client.flushall();
    one = new Evaluator(await connect('one'), 'e1');
    one.holds(PLATFORM, 4);
    one.holds('o1', 17);
    one.receipts.start();
    await until(async () => (await held('e1')) === 17);
  });
  afterEach(() => one.receipts.stop());

  it('list the versions that an evaluator holds, and follow its changes', async () => {
    const before = await receiptOf('e1');
    one.holds('o1', 18);
    await until(async () => (await held('e1')) === 18);

    const after = await receiptOf('e1');
    expect(before).toMatchObject({ service: 'evaluation', silent: false, platform: { epoch: EPOCH, version: 4 } });
    expect(after!.organization!.since).toBeGreaterThan(before!.organization!.since);
    expect(after!.organization!.loaded - before!.organization!.loaded).toBeLessThan(1_000);
  });

  it('drop an organization that the evaluator evicted', async () => {
    one.evict('o1');

    await until(async () => (await receiptOf('e1'))!.organization === undefined);
  });

  it('cover thousands of organizations, and are read for one of them', async () => {
    for (let i = 0; i < 5_001; i += 1) one.holds(`org-${i}`, i + 1);

    const versionOf = async (org: string) =>
      (await readReceipts(gateway, org, FORGET_MS)).receipts[0]?.organization?.version;
    await until(async () => (await versionOf('org-5000')) === 5_001);
    expect(await Promise.all(['org-0', 'org-249', 'org-250', 'org-4999'].map(versionOf))).toEqual([1, 250, 251, 5_000]);
  });

  it('are written again after Redis lost them, and count as whole only after all had the time to report', async () => {
    await gateway.client.set(EVALUATORS_SINCE, '1');
    expect((await read()).isWhole).toBe(true);
    await gateway.client.flushall();
    expect(await read()).toMatchObject({ isWhole: false, receipts: [] });

    await gateway.client.client('KILL', 'ID', await one.redis.client.client('ID'));
    await until(async () => (await held('e1')) === 17);
    expect((await read()).isWhole).toBe(false);
  });

  it('are silent 12 s after the last report, and when Redis lost the hash', async () => {
    await gateway.client.zincrby(EVALUATORS, -SILENT_MS, 'evaluation:e1');
    await gateway.client.zadd(EVALUATORS, Date.now(), 'streaming:lost');

    expect(await receiptOf('e1')).toMatchObject({ silent: true, organization: { version: 17 } });
    expect(await receiptOf('lost')).toMatchObject({ service: 'streaming', silent: true, organization: undefined });
  });

  it('are removed long after the last report, and at once when the evaluator stops', async () => {
    const two = new Evaluator(await connect('two'), 'e2');
    two.receipts.start();
    await until(async () => (await receiptOf('e2')) !== undefined);
    await gateway.client.zincrby(EVALUATORS, -FORGET_MS, 'evaluation:e1');
    await two.receipts.stop();

    expect((await read()).receipts).toEqual([]);
    expect((await gateway.client.keys('loom:evaluator:*')).filter((key) => key.includes('e2'))).toEqual([]);
  });

  it('do not come back by a change that arrives while the evaluator stops, or after', async () => {
    one.holds('o1', 18);
    const stopping = one.receipts.stop();
    one.holds('o1', 19);
    await stopping;
    one.holds('o1', 20);
    await new Promise((resolve) => setTimeout(resolve, 300));

    expect((await read()).receipts).toEqual([]);
  });

  it('count open streams by organization, SDK and version', async () => {
    const web = { orgId: 'o1', sdk: 'loom-web', sdkVersion: '1.4.0', acknowledged: `${EPOCH}.4.17` };
    let open = [web, web, { ...web, acknowledged: undefined }, { ...web, orgId: 'o2' }];
    one.receipts.countStreams(() => open);
    const streams = async () => (await receiptOf('e1'))!.streams;
    await until(async () => (await streams()).length === 2);

    const group = { sdk: 'loom-web', sdk_version: '1.4.0' };
    expect(await streams()).toEqual([
      { ...group, acknowledged: `${EPOCH}.4.17`, connections: 2 },
      { ...group, acknowledged: null, connections: 1 },
    ]);
    open = [];
    await until(async () => (await streams()).length === 0);
  });

  it('leave no key without a time to live', async () => {
    const ttls = await Promise.all((await gateway.client.keys('*')).map((key) => gateway.client.pttl(key)));

    expect(ttls.length).toBe(3);
    expect(ttls.every((ttl) => ttl > 0 && ttl <= FORGET_MS)).toBe(true);
  });

  it('are refused while Redis is away', async () => {
    const away = new RedisConnection('redis://127.0.0.1:1', 'away', logger);
    opened.push(away);

    await expect(readReceipts(away, 'o1', FORGET_MS)).rejects.toMatchObject({ code: 'store_unavailable' });
  });
});
