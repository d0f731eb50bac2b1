import { anEnvironment, refused } from '../../../test/given.js';
import { inMemoryWorld } from '../../../test/in-memory/world.js';
import { GetConfig } from './get-config.js';
import { ListConfigs } from './list-configs.js';

const given = () => {
  const world = inMemoryWorld();
  return { ...world, getConfig: new GetConfig(world.uow, world.directory) };
};

describe('GetConfig', () => {
  it('returns the config of an environment, by name or id', async () => {
    const { getConfig, organization, flag, config, accounts } = given();
    const org = await organization('dev');
    await flag(org, 'checkout');
    await config(org, 'checkout', 'dev', { enabled: true });

    const byName = await getConfig.execute({ key: 'checkout', environment: 'dev' }, org);
    const byId = await getConfig.execute({ key: 'checkout', environment: accounts.environments[0]!.id }, org);

    expect(byName).toMatchObject({ environment: 'dev', enabled: true, version: 2 });
    expect(byId).toEqual(byName);
    expect(accounts.asked).toBe(0);
  });

  it('asks accounts for an environment that flags does not know: its config is off, version 0', async () => {
    const { getConfig, organization, flag, accounts } = given();
    const org = await organization('dev');
    await flag(org, 'checkout');
    accounts.environments.push(anEnvironment(org.scope, { name: 'stage' }));

    const config = await getConfig.execute({ key: 'checkout', environment: 'stage' }, org);

    expect(config).toMatchObject({ environment: 'stage', enabled: false, version: 0, updated_at: null });
    await refused(getConfig.execute({ key: 'checkout', environment: 'unknown' }, org), 'not_found');
  });

  it('refuses an unknown flag without asking accounts', async () => {
    const { getConfig, organization, accounts } = given();
    const org = await organization('dev');

    await refused(getConfig.execute({ key: 'unknown', environment: 'unknown' }, org), 'not_found');
    expect(accounts.asked).toBe(0);
  });
});

describe('ListConfigs', () => {
  it('returns one config per live environment, in their order', async () => {
    const { uow, directory, organization, flag, config } = given();
    const org = await organization('dev', 'prod', { name: 'old', isDeleted: true });
    await flag(org, 'checkout');
    await config(org, 'checkout', 'prod', { enabled: true });

    const { data } = await new ListConfigs(uow, directory).execute({ key: 'checkout' }, org);

    expect(data.map(({ environment, enabled }) => [environment, enabled])).toEqual([['dev', false], ['prod', true]]); // prettier-ignore
  });
});
