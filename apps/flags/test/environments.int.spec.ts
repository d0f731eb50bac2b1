import { PLATFORM, type FlagDocument } from '#libs/contracts';
import {
  anAdmin,
  AN_EPOCH,
  anEnvironment,
  anEnvironmentFact,
  deltaOf,
  flagsWorld,
  refused,
  type World,
} from './world.js';

let world: World;
beforeAll(async () => {
  world = await flagsWorld();
});
afterAll(() => world.stop());

const aFlag = (key: string) => ({ key, name: key, type: 'boolean' as const });

describe('a fact about an environment', () => {
  it('raises the version once, with one delta; a second delivery does nothing', async () => {
    const org = anAdmin();
    const environment = anEnvironment(org.scope, { name: 'staging' });
    const fact = anEnvironmentFact('created', environment);

    await world.learnEnvironment.execute(fact, environment);
    await world.learnEnvironment.execute(fact, environment);

    const facts = await world.facts(org);
    expect(facts.map(({ type }) => type)).toEqual(['ruleset.changed']);
    expect(facts[0]!.metadata).toMatchObject({ causation_id: fact.id });
    expect(deltaOf(facts)).toMatchObject({
      version: 1,
      changes: [{ ref: `environment:${environment.id}`, document: { name: 'staging', version: 1 } }],
    });
    expect(await world.version(org)).toBe(1);
  });

  it('that is old, or arrives after the deletion, changes nothing', async () => {
    const org = anAdmin();
    const second = anEnvironment(org.scope, { version: 2, protected: true });
    const deliver = (action: string, environment: typeof second) =>
      world.learnEnvironment.execute(anEnvironmentFact(action, environment), environment);
    await deliver('updated', second);
    await deliver('created', { ...second, version: 1, protected: false });
    const before = await world.version(org);
    await deliver('deleted', { ...second, isDeleted: true });
    await deliver('updated', { ...second, version: 3 });

    expect([before, await world.version(org)]).toEqual([1, 2]);
    const facts = await world.facts(org);
    expect(deltaOf(facts.slice(1)).changes).toEqual([{ ref: `environment:${second.id}`, document: null }]);
  });

  it('adds a config to every flag: off, version 0', async () => {
    const org = await world.organization('dev');
    await world.createFlag.execute(aFlag('early'), org);
    const late = anEnvironment(org.scope, { name: 'late', position: 9 });
    await world.learnEnvironment.execute(anEnvironmentFact('created', late), late);

    const { data } = await world.listConfigs.execute({ key: 'early' }, org);

    expect(data).toMatchObject([
      { environment: 'dev', version: 1, enabled: false },
      { environment: 'late', version: 0, enabled: false, updated_at: null },
    ]);
  });
});

describe('an environment that flags does not know yet', () => {
  it('is requested from accounts: a flag is configured in it at once, in one delta', async () => {
    const org = await world.organization('dev');
    await world.createFlag.execute(aFlag('quick'), org);
    await world.facts(org);
    const fresh = anEnvironment(org.scope, { name: 'fresh' });
    world.accounts.environments.push(fresh);

    const seen = await world.getConfig.execute({ key: 'quick', environment: 'fresh' }, org);
    const patch = { enabled: true };
    const { resource } = await world.updateConfig.execute({ key: 'quick', environment: 'fresh', patch }, org);

    expect(seen).toMatchObject({ environment: 'fresh', version: 0, enabled: false });
    expect(resource).toMatchObject({ environment: 'fresh', version: 1, enabled: true });
    const facts = await world.facts(org);
    const { changes } = deltaOf(facts);
    expect(changes.map(({ ref }) => ref)).toEqual([`environment:${fresh.id}`, 'flag:quick']);
    expect((changes[1]!.document as FlagDocument).configs[fresh.id]).toMatchObject({ enabled: true });
    await world.learnEnvironment.execute(anEnvironmentFact('created', fresh), fresh);
    expect(await world.facts(org)).toEqual([]);
  });

  it('is found by its id too, and refused when accounts does not know it', async () => {
    const org = await world.organization('dev');
    await world.createFlag.execute(aFlag('byid'), org);
    const known = world.accounts.environments.find(({ scope }) => scope === org.scope)!;

    const byId = await world.getConfig.execute({ key: 'byid', environment: known.id }, org);

    expect(byId.environment).toBe('dev');
    await refused(world.getConfig.execute({ key: 'byid', environment: 'nowhere' }, org), 'not_found');
  });

  it('counts when the first flag is created before any fact arrived', async () => {
    const org = anAdmin();
    world.accounts.environments.push(
      anEnvironment(org.scope, { name: 'dev' }),
      anEnvironment(org.scope, { name: 'prod' }),
    );

    await world.createFlag.execute(aFlag('first'), org);

    const { data } = await world.listConfigs.execute({ key: 'first' }, org);
    expect(data.map(({ environment, version }) => [environment, version])).toEqual([['dev', 1], ['prod', 1]]); // prettier-ignore
    expect(deltaOf(await world.facts(org)).changes).toHaveLength(3);
  });
});

describe('a deleted environment', () => {
  it('takes its configs along, those that an earlier release or an interruption left behind too', async () => {
    const org = await world.organization('dev', 'old');
    for (const key of ['one', 'two']) await world.createFlag.execute(aFlag(key), org);
    const [, old] = world.accounts.environments.filter(({ scope }) => scope === org.scope);
    const deleted = { ...old!, isDeleted: true };
    const environments = async () =>
      (await world.sql<{ n: string }>('select environment as n from flag_config where org_id = $1', [org.scope]))
        .length;
    await world.sql('update environment set deleted_at = now() where id = $1', [deleted.id]);

    await world.removeDeadConfigs.sweep();
    expect(await environments()).toBe(2);
    await world.sql('update environment set deleted_at = null where id = $1', [deleted.id]);
    await world.updateConfig.execute({ key: 'one', environment: 'old', patch: { enabled: true } }, org);
    const fact = anEnvironmentFact('deleted', deleted);
    await Promise.all([world.learnEnvironment.execute(fact, deleted), world.learnEnvironment.execute(fact, deleted)]);

    expect(await environments()).toBe(2);
    const { documents } = await world.rulesets.page(org.scope, undefined);
    const flags = documents.filter((document) => document.kind === 'flag');
    expect(flags.map(({ configs }) => Object.keys(configs).length)).toEqual([1, 1]);
    const { data } = await world.listConfigs.execute({ key: 'one' }, org);
    expect(data.map(({ environment }) => environment)).toEqual(['dev']);
  });
});

describe('a platform flag', () => {
  it('has configs by name, with * as the fallback, and raises the platform version alone', async () => {
    const platform = anAdmin(PLATFORM);
    await world.createFlag.execute(aFlag('plat.flag'), platform);
    const patch = { enabled: true };
    const { ruleset_version } = await world.updateConfig.execute(
      { key: 'plat.flag', environment: 'prod', patch },
      platform,
    );
    await world.updateConfig.execute({ key: 'plat.flag', environment: '*', patch }, platform);

    const { data } = await world.listConfigs.execute({ key: 'plat.flag' }, platform);
    const [own] = (await world.listFlags.execute({ filter: {}, page: { limit: 9, order: 'asc' } }, platform)).data;

    expect(ruleset_version).toMatch(/^[0-9a-z]{9}\.2\.0$/);
    expect(data.map(({ environment, version }) => [environment, version])).toEqual([['*', 2], ['prod', 1]]); // prettier-ignore
    expect(own).toMatchObject({ org_id: null, configs: [{ environment: '*' }, { environment: 'prod' }] });
    await refused(
      world.updateConfig.execute({ key: 'plat.flag', environment: 'Not a name', patch }, platform),
      'invalid_environment_name',
    );
  });

  it('has a unique key among platform flags, and raises the platform part of every version', async () => {
    const [platform, org] = [anAdmin(PLATFORM), anAdmin()];
    await world.createFlag.execute(aFlag('plat.one'), platform);

    await refused(world.createFlag.execute(aFlag('plat.one'), platform), 'already_exists');
    const { ruleset_version } = await world.createFlag.execute(aFlag('plat.one'), org);

    expect(ruleset_version).toBe(`${AN_EPOCH}.${await world.version(platform)}.1`);
  });
});
