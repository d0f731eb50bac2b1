import { PLATFORM } from '#libs/contracts';
import { anAdmin, anEnvironment, deltaOf, flagsWorld, refused, type World } from './world.js';

let world: World;
beforeAll(async () => {
  world = await flagsWorld();
});
afterAll(() => world.stop());

const aFlag = (key: string) => ({ key, name: key, type: 'boolean' as const });
const patch = { enabled: true, rules: [{ id: 'r1', conditions: [], percentage: 20 }], targets: { on: ['u1'] } };

describe('copying a configuration', () => {
  it('copies state, rules with their ids, and targets: one version, one delta, one fact, one audit entry', async () => {
    const org = await world.organization('dev', 'prod');
    await world.createFlag.execute(aFlag('copied'), org);
    const source = await world.updateConfig.execute({ key: 'copied', environment: 'dev', patch }, org);
    await world.facts(org);

    const command = { key: 'copied', environment: 'prod', from: 'dev', note: 'ready' };
    const { resource } = await world.copyConfig.execute(command, org);

    const { enabled, rules, targets } = source.resource;
    expect(resource).toMatchObject({ environment: 'prod', version: 2, enabled, rules, targets });
    const facts = await world.facts(org);
    expect(facts.map(({ type }) => type)).toEqual(['ruleset.changed', 'flag.updated', 'audit.recorded']);
    expect(facts[1]!.data).toMatchObject({ changed: ['config'], environments: ['prod'] });
    expect(facts[2]!.data).toMatchObject({
      event: 'FlagConfigUpdated', environment: 'prod', note: 'ready', metadata: { copied_from: 'dev' },
    }); // prettier-ignore
    expect(deltaOf(facts).changes).toHaveLength(1);
    await world.copyConfig.execute(command, org);
    expect(await world.facts(org)).toEqual([]);
  });

  it('needs the version that was seen of a protected environment, if that is the one that is written', async () => {
    const org = await world.organization('dev', 'prod');
    await world.sql(`update environment set protected = true where org_id = $1 and name = 'prod'`, [org.scope]);
    await world.createFlag.execute(aFlag('guarded'), org);
    await world.updateConfig.execute({ key: 'guarded', environment: 'dev', patch }, org);
    const copy = (environment: string, from: string, if_version?: number) =>
      world.copyConfig.execute({ key: 'guarded', environment, from, if_version }, org);

    await refused(copy('prod', 'dev'), 'precondition_required');
    await refused(copy('prod', 'dev', 2), 'version_conflict');
    const { resource } = await copy('prod', 'dev', 1);
    await copy('dev', 'prod');

    expect(resource).toMatchObject({ enabled: true, version: 2 });
  });

  it('asks accounts for environments that flags does not know, and refuses all others', async () => {
    const org = await world.organization('dev');
    await world.createFlag.execute(aFlag('fresh'), org);
    await world.updateConfig.execute({ key: 'fresh', environment: 'dev', patch }, org);
    for (const name of ['new1', 'new2']) world.accounts.environments.push(anEnvironment(org.scope, { name }));

    const to = await world.copyConfig.execute({ key: 'fresh', environment: 'new1', from: 'dev' }, org);
    const from = await world.copyConfig.execute({ key: 'fresh', environment: 'dev', from: 'new2' }, org);

    expect(to.resource).toMatchObject({ environment: 'new1', enabled: true, version: 1 });
    expect(from.resource).toMatchObject({ environment: 'dev', enabled: false, rules: [], targets: {} });
    await refused(world.copyConfig.execute({ key: 'fresh', environment: 'nope', from: 'dev' }, org), 'not_found');
    await refused(world.copyConfig.execute({ key: 'fresh', environment: 'dev', from: 'nope' }, org), 'not_found');
    await refused(world.copyConfig.execute({ key: 'no.such', environment: 'dev', from: 'dev' }, org), 'not_found');
  });

  it('is refused for an archived flag', async () => {
    const org = await world.organization('dev', 'prod');
    await world.createFlag.execute(aFlag('away'), org);
    await world.archiveFlag.execute({ key: 'away' }, org);

    await refused(world.copyConfig.execute({ key: 'away', environment: 'prod', from: 'dev' }, org), 'archived');
  });

  it('of a platform flag is by environment name', async () => {
    const platform = anAdmin(PLATFORM);
    await world.createFlag.execute(aFlag('plat.copied'), platform);
    await world.updateConfig.execute({ key: 'plat.copied', environment: '*', patch }, platform);

    const { resource } = await world.copyConfig.execute(
      { key: 'plat.copied', environment: 'prod', from: '*' },
      platform,
    );

    expect(resource).toMatchObject({ environment: 'prod', enabled: true, version: 1 });
  });
});
