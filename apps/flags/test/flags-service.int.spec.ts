import { accountsRpc, durables, flagsRpc, streams, targetingRpc, type Fact, type Origin, type Rpc } from '#libs/contracts'; // prettier-ignore
import { createLogger } from '#libs/observability';
import { Bus, ensureTopology, NatsFactPublisher, RpcClient } from '#libs/bus';
import { prepareDatabase } from '#libs/postgres';
import { privateServers, type PrivateServers } from '#libs/local-servers';
import { Redis } from 'ioredis';
import { flagsMigrations, flagsService } from '../src/index.js';
import type { Environment } from '../src/domain/environment.js';
import { ROLE_SECRET, startServices, until, type RunningServices } from '#libs/testing';
import { anAdmin, anEnvironment, anEnvironmentFact, refused } from './world.js';

const log = createLogger({ service: 'test', level: 'silent' });

let servers: PrivateServers;
let service: RunningServices;
let bus: Bus;
let rpc: RpcClient;
let redis: Redis;
const known: Environment[] = [];
const heard: Fact<Record<string, unknown>>[] = [];

beforeAll(async () => {
  servers = await privateServers();
  await prepareDatabase(servers.postgresUrl, [flagsMigrations], ROLE_SECRET);
  bus = new Bus({ url: servers.natsUrl, name: 'test' }, log);
  bus.start();
  await ensureTopology(await bus.connection(), { streams, durables: Object.values(durables), replicas: 1 });
  standInForAccounts();
  for (const subject of ['ruleset.>', 'flag.>', 'strategy.>', 'killswitch.>', 'audit.>']) {
    bus.subscribe(subject, (message) => void heard.push(message.json()));
  }
  await bus.flush();
  rpc = new RpcClient(bus);
  redis = new Redis(servers.redisUrl);
  service = await startServices('flags', [flagsService], servers, { LOOM_LOG_LEVEL: 'silent' });
  await service.runtime.bus.flush();
});
afterAll(async () => {
  await service.stop();
  await bus.drain();
  redis.disconnect();
  await servers.stop();
});

function standInForAccounts(): void {
  const answer = (subject: string, find: (command: { environment: string }, scope: string) => unknown) =>
    bus.subscribe(subject, (message) => {
      const { command, origin } = message.json<{ command: { environment: string }; origin: Origin }>();
      const data = find(command, origin.scope);
      const error = { code: 'not_found', message: 'no such environment', details: [], retryable: false };
      message.respond(JSON.stringify(data === undefined ? { ok: false, error } : { ok: true, data }));
    });
  const of = (scope: string) => known.filter((e) => e.scope === scope).map((e) => ({ ...e, org_id: e.scope }));
  answer(accountsRpc.getEnvironment.subject, ({ environment }, scope) => of(scope).find((e) => e.name === environment));
  answer(accountsRpc.listEnvironments.subject, (_, scope) => ({ data: of(scope), next_cursor: null, has_more: false }));
}

const ask = <C, A>(question: Rpc<C, A>, command: C, origin?: Origin): Promise<A> => rpc.ask(question, command, origin);
const of = ({ scope }: Origin) => heard.filter(({ org_id }) => org_id === scope);

describe('the flags service on the bus', () => {
  it('creates, configures and lists a flag of a new organization, and publishes the facts', async () => {
    const org = anAdmin();
    known.push(anEnvironment(org.scope, { name: 'dev' }));
    const created = await ask(flagsRpc.createFlag, { key: 'hello', name: 'Hello', type: 'boolean' }, org);
    known.push(anEnvironment(org.scope, { name: 'qa' }));
    const patch = { enabled: true };

    const written = await ask(flagsRpc.updateConfig, { key: 'hello', environment: 'qa', patch }, org);

    expect(created.ruleset_version).toMatch(/^[0-9a-z]{9}\.0\.1$/);
    expect(written.resource).toMatchObject({ environment: 'qa', enabled: true, version: 1 });
    const filter = { filter: {}, page: { limit: 10, order: 'asc' as const } };
    const { data } = await ask(flagsRpc.listFlags, filter, org);
    expect(data).toMatchObject([
      { key: 'hello', configs: [{ environment: 'dev' }, { environment: 'qa', enabled: true }] },
    ]);
    const facts = await until(() => of(org).length === 6 && of(org));
    expect(facts.map(({ type, data }) => [type, data['version']])).toEqual([
      ['ruleset.changed', 1], ['flag.created', 1], ['audit.recorded', undefined],
      ['ruleset.changed', 2], ['flag.updated', 2], ['audit.recorded', undefined],
    ]); // prettier-ignore
  });

  it('writes Redis before it publishes', async () => {
    const org = anAdmin();
    const seen: Promise<string | null>[] = [];
    bus.subscribe(`ruleset.changed.${org.scope}`, () => {
      seen.push(redis.hget(`loom:ruleset:${org.scope}`, '@version'));
    });
    await bus.flush();

    await ask(flagsRpc.createKillSwitch, { key: 'stop_it', name: 'x', linked_flag_keys: ['hello'] }, org);
    await ask(flagsRpc.activateKillSwitch, { key: 'stop_it', reason: 'fire' }, org);

    await until(() => seen.length === 2);
    const [first, second] = await Promise.all(seen);
    expect(Number(first)).toBeGreaterThanOrEqual(1);
    expect(second).toBe('2');
    const text = await redis.hget(`loom:ruleset:${org.scope}`, 'kill_switch:stop_it');
    expect(JSON.parse(text!)).toMatchObject({ is_active: true, linked_flag_keys: ['hello'] });
  });

  it('stores environments from their facts', async () => {
    const org = anAdmin();
    const environment = anEnvironment(org.scope, { name: 'told' });
    const fact = anEnvironmentFact('created', environment);
    const publisher = new NatsFactPublisher(bus);

    await publisher.publish(`environment.created.${org.scope}`, JSON.stringify(fact), { msgId: fact.id, headers: {} });

    const [delta] = await until(() => of(org).length > 0 && of(org));
    expect(delta).toMatchObject({ type: 'ruleset.changed', data: { version: 1 } });
  });

  it('answers rulesets and versions, and writes Redis again after a request for a first page', async () => {
    const org = anAdmin();
    await ask(flagsRpc.createFlag, { key: 'cached', name: 'x', type: 'boolean' }, org);
    await until(() => of(org).length === 3);
    await redis.del(`loom:ruleset:${org.scope}`);

    const page = await ask(flagsRpc.getRuleset, { scope: org.scope });
    const { versions } = await ask(flagsRpc.getVersions, { scopes: [org.scope] });

    expect(page).toMatchObject({ scope: org.scope, version: 1, next: null, documents: [{ key: 'cached' }] });
    expect(versions).toEqual([{ scope: org.scope, epoch: page.epoch, version: 1 }]);
    const again = await until(async () => (await redis.hget(`loom:ruleset:${org.scope}`, '@version')) ?? undefined);
    expect(again).toBe('1');
  });

  it('answers deleting, copying, history, rollback and bulk', async () => {
    const org = anAdmin();
    for (const name of ['dev', 'prod']) known.push(anEnvironment(org.scope, { name }));
    const items = ['one', 'two'].map((name) => ({ key: `many.${name}`, name, type: 'boolean' as const }));
    const { resource } = await ask(flagsRpc.createFlags, { items }, org);
    const key = 'many.one';
    await ask(flagsRpc.updateConfig, { key, environment: 'dev', patch: { enabled: true } }, org);

    const copied = await ask(flagsRpc.copyConfig, { key, environment: 'prod', from: 'dev' }, org);
    await ask(flagsRpc.updateConfig, { key, environment: 'dev', patch: { enabled: false } }, org);
    const back = await ask(flagsRpc.rollbackFlag, { key, to_version: 4 }, org);
    const { data } = await ask(flagsRpc.listHistory, { key, page: { limit: 2, order: 'desc' } }, org);
    const keys = items.map((item) => item.key);
    const archived = await ask(flagsRpc.archiveFlags, { keys }, org);
    const deleted = await ask(flagsRpc.deleteFlag, { key }, org);

    expect(resource.data.map((flag) => flag.key)).toEqual(keys);
    expect(copied.resource).toMatchObject({ environment: 'prod', enabled: true });
    expect(back.resource).toMatchObject({ environment: 'dev', enabled: true, changed: true });
    expect(data.map(({ version, diff }) => [version, diff])).toEqual([
      [7, [{ op: 'replace', path: '/enabled', value: true }]],
      [6, [{ op: 'replace', path: '/enabled', value: false }]],
    ]);
    expect(archived.resource.data).toHaveLength(2);
    expect(deleted.ruleset_version).toMatch(/\.0\.7$/);
  });

  it('writes Redis and publishes at the step of a schedule, without a request', async () => {
    const org = anAdmin();
    known.push(anEnvironment(org.scope, { name: 'dev' }));
    const draft = { name: 'soon', conditions: [] };
    const start_at = new Date(Date.now() + 500).toISOString();
    await ask(targetingRpc.createStrategy, { ...draft, schedule: { steps: [{ percentage: 50, start_at }] } }, org);

    const step = await until(() => of(org).find(({ data }) => data['cause'] === 'schedule'));

    expect(step).toMatchObject({ type: 'strategy.updated', data: { name: 'soon', version: 2 } });
    expect(await redis.hget(`loom:ruleset:${org.scope}`, '@version')).toBe('2');
  });

  it('answers refusals with their code, and a request without an origin as unauthenticated', async () => {
    await refused(ask(flagsRpc.getFlag, { key: 'nothing' }, anAdmin()), 'not_found');
    await refused(ask(flagsRpc.getFlag, { key: 'nothing' }), 'unauthenticated');
    await refused(ask(flagsRpc.createFlag, { key: 'X', name: 'x', type: 'boolean' }, anAdmin()), 'invalid_flag_key');
  });

  it('is ready when Postgres and NATS answer', async () => {
    const response = await fetch(`${service.url}/readyz`);
    expect(await response.json()).toMatchObject({ checks: { postgres: { ok: true }, nats: { ok: true } } });
  });
});
