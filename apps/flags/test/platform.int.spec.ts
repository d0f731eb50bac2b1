import { PLATFORM, type Origin } from '#libs/contracts';
import { Ruleset, ScopeRuleset } from '#libs/engine';
import { anAdmin, deltaOf, flagsWorld, refused, type World } from './world.js';

let world: World;
const platform = anAdmin(PLATFORM);
beforeAll(async () => {
  world = await flagsWorld();
});
afterAll(() => world.stop());

const aFlag = (key: string) => ({ key, name: key, type: 'boolean' as const, default_variant: 'off' });
const on = { enabled: true, rules: [{ conditions: [], serve: { variant: 'on' } }] };

/** Evaluates the documents as an evaluator of this organization holds them. */
async function evaluated(key: string, { scope }: Origin, name = 'dev') {
  const scopes = [new ScopeRuleset(), new ScopeRuleset()] as const;
  for (const [index, of] of [PLATFORM, scope].entries()) {
    const { documents } = await world.rulesets.snapshot(of);
    scopes[index]!.apply(
      documents.map((document) => ({
        ref: `${document.kind}:${'key' in document ? document.key : document.id}` as const,
        document,
      })),
    );
  }
  const environment = world.accounts.environments.find((e) => e.scope === scope && e.name === name)!;
  return new Ruleset(...scopes, environment).evaluate(key, { user_id: 'u1' }, world.clock.now().getTime());
}
async function anOrganizationWith(key: string): Promise<Origin> {
  const org = await world.organization('dev', 'prod');
  await world.createFlag.execute(aFlag(key), org);
  await world.updateConfig.execute({ key, environment: 'dev', patch: on }, org);
  return org;
}

describe('a kill switch of the platform', () => {
  it('reaches the flags of two organizations while it is active, with one delta of the platform each time', async () => {
    const orgs = [await anOrganizationWith('pay'), await anOrganizationWith('pay')];
    const both = () => Promise.all(orgs.map((org) => evaluated('pay', org)));
    await world.createKillSwitch.execute({ key: 'stop_all', name: 'x', linked_flag_keys: ['pay'] }, platform);
    const before = await both();
    await world.facts(platform);
    const versions = await Promise.all(orgs.map((org) => world.version(org)));

    const { resource } = await world.activateKillSwitch.execute({ key: 'stop_all', reason: 'fire' }, platform);

    const facts = await world.facts(platform);
    const killed = { kill_switch_id: resource.id, key: 'stop_all', scope: 'platform', type: 'kill_switch' };
    expect(resource).toMatchObject({ org_id: null, activated_by: platform.actor.id });
    expect(facts.map(({ type }) => type)).toEqual(['ruleset.changed', 'killswitch.activated', 'audit.recorded']);
    expect(facts.every(({ org_id }) => org_id === null)).toBe(true);
    expect(deltaOf(facts).changes).toMatchObject([{ ref: 'kill_switch:stop_all', document: { is_active: true } }]);
    expect(before.map((result) => result?.variant)).toEqual(['on', 'on']);
    for (const result of await both()) expect(result).toMatchObject({ variant: 'off', reason: killed });
    expect(await Promise.all(orgs.map((org) => world.version(org)))).toEqual(versions);

    await world.deactivateKillSwitch.execute({ key: 'stop_all' }, platform);
    expect((await both()).map((result) => result?.variant)).toEqual(['on', 'on']);
    await world.deleteKillSwitch.execute({ key: 'stop_all' }, platform);
  });

  it('has keys of its own, and organizations cannot change it', async () => {
    const org = await world.organization('dev');
    await world.createKillSwitch.execute({ key: 'both_have', name: 'x', linked_flag_keys: [] }, platform);

    await refused(world.activateKillSwitch.execute({ key: 'both_have', reason: 'x' }, org), 'not_found');
    await refused(
      world.createKillSwitch.execute({ key: 'both_have', name: 'x', linked_flag_keys: [] }, platform),
      'already_exists',
    );
    const own = await world.createKillSwitch.execute({ key: 'both_have', name: 'x', linked_flag_keys: [] }, org);
    expect(own.resource.org_id).toBe(org.scope);
  });

  it('of an organization acts on a platform flag for that organization alone', async () => {
    const [first, second] = [await world.organization('dev'), await world.organization('dev')];
    await world.createFlag.execute(aFlag('plat.shared'), platform);
    await world.updateConfig.execute({ key: 'plat.shared', environment: '*', patch: on }, platform);
    await world.createKillSwitch.execute({ key: 'mine', name: 'x', linked_flag_keys: ['plat.shared'] }, first);

    await world.activateKillSwitch.execute({ key: 'mine', reason: 'only here' }, first);

    expect(await evaluated('plat.shared', first)).toMatchObject({ variant: 'off', reason: { type: 'kill_switch' } });
    expect(await evaluated('plat.shared', second)).toMatchObject({ variant: 'on' });
  });
});

describe('a platform flag', () => {
  it('serves the environment of that name, and all others by *', async () => {
    const org = await world.organization('dev', 'prod');
    await world.createFlag.execute(aFlag('plat.named'), platform);
    const configure = (environment: string, patch: object) =>
      world.updateConfig.execute({ key: 'plat.named', environment, patch }, platform);

    await configure('*', on);
    const fallback = [await evaluated('plat.named', org, 'dev'), await evaluated('plat.named', org, 'prod')];
    await configure('prod', { enabled: false });
    await configure('prod', { rules: on.rules });
    const named = [await evaluated('plat.named', org, 'dev'), await evaluated('plat.named', org, 'prod')];

    expect(fallback.map((result) => result?.variant)).toEqual(['on', 'on']);
    expect(named).toMatchObject([{ variant: 'on' }, { variant: 'off', reason: { type: 'disabled' } }]);
  });

  it("hides the organization's flag of its key while it is live, not when it is archived or deleted", async () => {
    const org = await anOrganizationWith('hidden');
    const variant = async () => (await evaluated('hidden', org))?.variant;
    const seen = [await variant()];
    await world.createFlag.execute(aFlag('hidden'), platform);
    seen.push(await variant());
    await world.archiveFlag.execute({ key: 'hidden' }, platform);
    seen.push(await variant());
    await world.deleteFlag.execute({ key: 'hidden' }, platform);
    seen.push(await variant());

    expect(seen).toEqual(['on', 'off', 'on', 'on']);
  });

  it('has history, rollback and bulk creation like any other flag', async () => {
    const created = await world.createFlags.execute({ items: [aFlag('plat.aaa'), aFlag('plat.bbb')] }, platform);
    await world.updateConfig.execute({ key: 'plat.aaa', environment: '*', patch: on }, platform);
    await world.updateConfig.execute({ key: 'plat.aaa', environment: '*', patch: { enabled: false } }, platform);

    const { resource } = await world.rollbackFlag.execute({ key: 'plat.aaa', to_version: 3 }, platform);

    expect(created.resource.data.map(({ org_id }) => org_id)).toEqual([null, null]);
    expect(resource).toMatchObject({ environment: '*', enabled: true, version: 4 });
    const page = { limit: 10, order: 'desc' as const };
    const { data } = await world.listHistory.execute({ key: 'plat.aaa', page }, platform);
    expect(data.map(({ seq, environment }) => [seq, environment])).toEqual([[5, '*'], [4, '*'], [3, '*'], [2, '*'], [1, null]]); // prettier-ignore
  });
});
