import { PLATFORM } from '#libs/contracts';
import { anAdmin, anEnvironment, deltaOf, refused } from '../../../test/given.js';
import { inMemoryWorld } from '../../../test/in-memory/world.js';
import { ArchiveFlag } from './archive-flag.js';
import { CreateFlag } from './create-flag.js';

const given = () => {
  const world = inMemoryWorld();
  return { ...world, createFlag: new CreateFlag(world.uow, world.directory, world.ids, world.clock) };
};
const draft = { key: 'checkout', name: 'Checkout', type: 'boolean' } as const;

describe('CreateFlag', () => {
  it('writes a flag that is off in all environments, as one version with one fact and one audit entry', async () => {
    const { createFlag, organization, accounts, facts } = given();
    const org = await organization('dev', 'prod');

    const { resource, ruleset_version } = await createFlag.execute(draft, org);

    const queued = facts(org);
    expect(resource).toMatchObject({ key: 'checkout', org_id: org.scope, version: 1, default_variant: 'off' });
    expect(ruleset_version).toMatch(/\.0\.3$/);
    expect(queued.map(({ type }) => type)).toEqual(['ruleset.changed', 'flag.created', 'audit.recorded']);
    expect(queued[2]!.data).toMatchObject({ event: 'FlagCreated', action: 'insert', before: null, after: resource });
    expect(deltaOf(queued).changes).toMatchObject([
      { document: { configs: Object.fromEntries(accounts.environments.map(({ id }) => [id, { enabled: false }])) } },
    ]);
  });

  it('refuses a taken key, also that of an archived flag', async () => {
    const { createFlag, organization, flag, uow } = given();
    const org = await organization('dev');
    await flag(org, 'checkout');
    await refused(createFlag.execute(draft, org), 'already_exists');
    await new ArchiveFlag(uow).execute({ key: 'checkout' }, org);

    const { message, details } = await refused(createFlag.execute(draft, org), 'already_exists');

    expect(message).toContain('archived');
    expect(details).toEqual([{ field: 'key', message: 'is taken' }]);
  });

  it('refuses prerequisites that do not exist or lack the variant', async () => {
    const { createFlag, organization, flag } = given();
    const org = await organization('dev');
    await flag(org, 'base');
    const requiring = (flag_key: string, required_variant: string) =>
      createFlag.execute({ ...draft, prerequisites: [{ flag_key, required_variant }] }, org);

    await refused(requiring('unknown', 'on'), 'unknown_prerequisite');
    await refused(requiring('base', 'blue'), 'unknown_variant');
    expect((await requiring('base', 'on')).resource.prerequisites).toHaveLength(1);
  });

  it('stores the environments that accounts knows, when flags knows none', async () => {
    const { createFlag, accounts, facts } = given();
    const org = anAdmin();
    accounts.environments.push(anEnvironment(org.scope, { name: 'dev' }));

    await createFlag.execute(draft, org);

    expect(deltaOf(facts(org)).changes.map(({ ref }) => ref.split(':')[0])).toEqual(['environment', 'flag']);
  });

  it('gives a platform flag one config for all environments, without asking accounts', async () => {
    const { createFlag, accounts, facts } = given();
    const platform = anAdmin(PLATFORM);

    await createFlag.execute(draft, platform);

    expect(deltaOf(facts(platform)).changes).toMatchObject([{ document: { configs: { '*': { enabled: false } } } }]);
    expect(accounts.asked).toBe(0);
  });
});
