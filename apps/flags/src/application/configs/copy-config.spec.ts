import { anEnvironment, refused } from '../../../test/given.js';
import { inMemoryWorld } from '../../../test/in-memory/world.js';
import { CopyConfig } from './copy-config.js';

const given = () => {
  const world = inMemoryWorld();
  return { ...world, copyConfig: new CopyConfig(world.directory, world.ids) };
};
const copy = { key: 'checkout', environment: 'prod', from: 'dev' };

describe('CopyConfig', () => {
  it('copies state, rules with their ids and targets, as one version with one audit entry', async () => {
    const { copyConfig, organization, flag, config, facts, auditIn } = given();
    const org = await organization('dev', 'prod');
    await flag(org, 'checkout');
    const rules = [{ id: 'r1', conditions: [], serve: { variant: 'on' } }];
    await config(org, 'checkout', 'dev', { enabled: true, rules, targets: { on: ['u1'] } });

    const { resource } = await copyConfig.execute({ ...copy, note: 'promoted', if_version: 1 }, org);

    const queued = facts(org);
    expect(resource).toMatchObject({ environment: 'prod', enabled: true, rules, targets: { on: ['u1'] }, version: 2 });
    expect(queued.map(({ type }) => type)).toEqual(['ruleset.changed', 'flag.updated', 'audit.recorded']);
    expect(auditIn(queued)).toMatchObject({ note: 'promoted', metadata: { copied_from: 'dev' } });
  });

  it('checks the version and the protection of the environment that is written', async () => {
    const { copyConfig, organization, flag, config } = given();
    const org = await organization('dev', { name: 'prod', protected: true });
    await flag(org, 'checkout');
    await config(org, 'checkout', 'dev', { enabled: true });

    await refused(copyConfig.execute(copy, org), 'precondition_required');
    await refused(copyConfig.execute({ ...copy, if_version: 2 }, org), 'version_conflict');
    expect((await copyConfig.execute({ ...copy, if_version: 1 }, org)).resource.enabled).toBe(true);
  });

  it('asks accounts for each environment that flags does not know, once', async () => {
    const { copyConfig, organization, flag, accounts } = given();
    const org = await organization('test');
    await flag(org, 'checkout');
    accounts.environments.push(anEnvironment(org.scope, { name: 'dev' }), anEnvironment(org.scope, { name: 'prod' }));

    const { resource } = await copyConfig.execute(copy, org);

    expect(resource).toMatchObject({ environment: 'prod', enabled: false, version: 1 });
    expect(accounts.asked).toBe(2);
  });

  it('refuses environments that accounts does not know, and leaves nothing behind', async () => {
    const { copyConfig, organization, flag, facts } = given();
    const org = await organization('dev');
    await flag(org, 'checkout');

    await refused(copyConfig.execute(copy, org), 'not_found');
    await refused(copyConfig.execute({ ...copy, environment: 'dev', from: 'unknown' }, org), 'not_found');
    expect(facts(org)).toEqual([]);
  });
});
