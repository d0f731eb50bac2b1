import { PLATFORM } from '#libs/contracts';
import { anAdmin, anEnvironment, deltaOf, refused } from '../../../test/given.js';
import { inMemoryWorld } from '../../../test/in-memory/world.js';
import { ArchiveFlag } from '../flags/archive-flag.js';
import { UpdateConfig } from './update-config.js';

const given = () => {
  const world = inMemoryWorld();
  return { ...world, updateConfig: new UpdateConfig(world.directory, world.ids) };
};
const on = { key: 'checkout', environment: 'dev', patch: { enabled: true } };

describe('UpdateConfig', () => {
  it('writes the patch as one version with one fact and one audit entry', async () => {
    const { updateConfig, organization, flag, facts, auditIn, accounts } = given();
    const org = await organization('dev');
    await flag(org, 'checkout');

    const { resource } = await updateConfig.execute(
      { ...on, patch: { enabled: true, note: 'launch' }, if_version: 1 },
      org,
    );

    const queued = facts(org);
    expect(resource).toMatchObject({ environment: 'dev', enabled: true, version: 2, updated_by: org.actor.id });
    expect(queued.map(({ type }) => type)).toEqual(['ruleset.changed', 'flag.updated', 'audit.recorded']);
    expect(queued[1]!.data).toMatchObject({ changed: ['config'], environments: ['dev'] });
    expect(auditIn(queued)).toMatchObject({ event: 'FlagConfigUpdated', environment: 'dev', note: 'launch' });
    const [dev] = accounts.environments;
    const [, updated, audited] = queued.map(({ environment_id }) => environment_id);
    expect([updated, audited]).toEqual([dev?.id, dev?.id]);
  });

  it('leaves nothing behind when the patch changes nothing', async () => {
    const { updateConfig, organization, flag, facts } = given();
    const org = await organization('dev');
    await flag(org, 'checkout');

    const { resource } = await updateConfig.execute({ ...on, patch: { enabled: false } }, org);

    expect(resource.version).toBe(1);
    expect(facts(org)).toEqual([]);
  });

  it('refuses a version that is not the current one', async () => {
    const { updateConfig, organization, flag } = given();
    const org = await organization('dev');
    await flag(org, 'checkout');

    const { details } = await refused(updateConfig.execute({ ...on, if_version: 5 }, org), 'version_conflict');

    expect(details).toMatchObject([{ current_version: 1 }]);
  });

  it('refuses a write to a protected environment without the version that was seen', async () => {
    const { updateConfig, organization, flag } = given();
    const org = await organization({ name: 'dev', protected: true });
    await flag(org, 'checkout');

    await refused(updateConfig.execute(on, org), 'precondition_required');
    expect((await updateConfig.execute({ ...on, if_version: 1 }, org)).resource.enabled).toBe(true);
  });

  it('refuses rules with unknown segments or strategies', async () => {
    const { updateConfig, organization, flag } = given();
    const org = await organization('dev');
    await flag(org, 'checkout');
    const withRule = (rule: object) => updateConfig.execute({ ...on, patch: { rules: [rule] } }, org);

    await refused(withRule({ conditions: [{ segment: 'unknown', operator: 'in' }] }), 'unknown_segment');
    await refused(withRule({ strategy_id: 'unknown' }), 'unknown_strategy');
  });

  it('gives rules without an id a new one', async () => {
    const { updateConfig, organization, flag } = given();
    const org = await organization('dev');
    await flag(org, 'checkout');

    const patch = { rules: [{ conditions: [] }, { id: 'mine', conditions: [] }] };
    const { resource } = await updateConfig.execute({ ...on, patch }, org);

    expect(resource.rules.map(({ id }) => id)).toEqual([expect.stringMatching(/^0{8}-/), 'mine']);
  });

  it('asks accounts for an environment that flags does not know, and stores it with the config', async () => {
    const { updateConfig, organization, flag, accounts, facts } = given();
    const org = await organization('dev');
    await flag(org, 'checkout');
    const stage = anEnvironment(org.scope, { name: 'stage' });
    accounts.environments.push(stage);
    await updateConfig.execute(on, org);
    expect(accounts.asked).toBe(0);
    facts(org);

    const { resource } = await updateConfig.execute({ ...on, environment: 'stage' }, org);

    expect(accounts.asked).toBe(1);
    expect(resource).toMatchObject({ environment: 'stage', enabled: true, version: 1 });
    expect(deltaOf(facts(org)).changes.map(({ ref }) => ref)).toEqual([`environment:${stage.id}`, 'flag:checkout']);
  });

  it('refuses an environment that accounts does not know either, an unknown flag and an archived one', async () => {
    const { updateConfig, organization, flag, uow, facts } = given();
    const org = await organization('dev');
    await flag(org, 'checkout');

    await refused(updateConfig.execute({ ...on, environment: 'unknown' }, org), 'not_found');
    await refused(updateConfig.execute({ ...on, key: 'unknown' }, org), 'not_found');
    expect(facts(org)).toEqual([]);
    await new ArchiveFlag(uow).execute({ key: 'checkout' }, org);
    await refused(updateConfig.execute(on, org), 'archived');
  });

  it('writes platform flags by the name of the environment, known or not', async () => {
    const { updateConfig, flag, accounts } = given();
    const platform = anAdmin(PLATFORM);
    await flag(platform, 'checkout');

    const { resource } = await updateConfig.execute({ ...on, patch: { enabled: false } }, platform);

    expect(resource).toMatchObject({ environment: 'dev', enabled: false, version: 1 });
    expect(accounts.asked).toBe(0);
    await refused(updateConfig.execute({ ...on, environment: 'No Name' }, platform), 'invalid_environment_name');
  });
});
