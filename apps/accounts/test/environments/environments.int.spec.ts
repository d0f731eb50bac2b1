import { accountsRpc, type UpdateEnvironmentCommand } from '#libs/contracts';
import { accountsProcess, anOrigin, type AccountsProcess } from '../world.js';

describe('environments', () => {
  let accounts: AccountsProcess;
  let root: string;

  const newOrg = async (slug: string): Promise<string> =>
    (await accounts.ask(accountsRpc.createOrganization, { name: slug, slug }, anOrigin('platform', root))).id;
  const update = (org: string, command: UpdateEnvironmentCommand, origin = anOrigin(org, root)) =>
    accounts.ask(accountsRpc.updateEnvironment, command, origin);
  const remove = (org: string, environment: string, origin = anOrigin(org, root), if_version?: number) =>
    accounts.ask(accountsRpc.deleteEnvironment, { environment, if_version }, origin);
  const createKey = (org: string, environment: string, expires_at?: string) =>
    accounts.ask(
      accountsRpc.createApiKey,
      { name: 'x', key_type: 'flags_server', environment, expires_at },
      anOrigin(org, root),
    );

  beforeAll(async () => {
    accounts = await accountsProcess();
    const [admin] = await accounts.database.sql('select id from app_user');
    root = admin!['id'] as string;
  });
  afterAll(() => accounts.stop());

  it('change everything except their name, with a new version, one fact and one audit entry', async () => {
    const org = await newOrg('env-changed');
    const origin = anOrigin(org, root);

    const command = { environment: 'dev', color: null, protected: true, position: 9, if_version: 1, name: 'other' };
    const changed = await update(org, command, origin);

    const { facts, audited } = await accounts.published(origin.request_id);
    expect(changed).toMatchObject({ name: 'dev', color: null, protected: true, position: 9, version: 2 });
    expect(facts).toMatchObject([
      { type: 'environment.updated', environment_id: changed.id, data: { protected: true, position: 9, version: 2 } },
    ]);
    expect(audited).toMatchObject([
      { data: { event: 'EnvironmentUpdated', environment: 'dev', before: { version: 1 }, after: { version: 2 } } },
    ]);
    await expect(update(org, { environment: 'dev', if_version: 1 })).rejects.toMatchObject({
      code: 'version_conflict',
      details: [{ current_version: 2 }],
    });
  });

  it('lose no change of concurrent writers, and accept one of those that name the version', async () => {
    const org = await newOrg('env-raced');
    const positions = [11, 12, 13, 14];

    await Promise.all(positions.map((position) => update(org, { environment: 'dev', position })));
    const informed = await Promise.allSettled(
      positions.map((position) => update(org, { environment: 'dev', position, if_version: 5 })),
    );

    expect(informed.map(({ status }) => status).toSorted()).toEqual(['fulfilled', ...Array(3).fill('rejected')]);
    await expect(
      accounts.ask(accountsRpc.getEnvironment, { environment: 'dev' }, anOrigin(org, root)),
    ).resolves.toMatchObject({ version: 6 });
  });

  it('refuse wrong fields, and are not found by other organizations', async () => {
    const [org, other] = [await newOrg('env-walled'), await newOrg('env-other')];
    const { id } = await accounts.ask(accountsRpc.getEnvironment, { environment: 'dev' }, anOrigin(org, root));

    await expect(update(org, { environment: 'dev', color: 'red' })).rejects.toMatchObject({ code: 'invalid_color' });
    await expect(update(org, { environment: 'dev', position: 0 })).rejects.toMatchObject({ code: 'invalid_type' });
    await expect(update(org, { environment: 'nothing' })).rejects.toMatchObject({ code: 'not_found' });
    await expect(update(other, { environment: id })).rejects.toMatchObject({ code: 'not_found' });
    await expect(remove(other, id)).rejects.toMatchObject({ code: 'not_found' });
  });

  it('are not deleted while a key of them is live', async () => {
    const org = await newOrg('env-keys');
    const { id } = await createKey(org, 'prod');
    const expiring = await createKey(org, 'prod', new Date(Date.now() + 600_000).toISOString());
    await createKey(org, 'dev');

    await expect(remove(org, 'prod')).rejects.toMatchObject({ code: 'has_active_keys' });
    await accounts.ask(accountsRpc.revokeApiKey, { key_id: id }, anOrigin(org, root));
    await expect(remove(org, 'prod')).rejects.toMatchObject({ code: 'has_active_keys' });
    await accounts.database.sql(`update api_key set expires_at = now() - interval '1 second' where id = $1`, [
      expiring.id,
    ]);

    await expect(remove(org, 'prod')).resolves.toEqual({});
  });

  it('once deleted are gone, with one fact and one audit entry, and their name is free', async () => {
    const org = await newOrg('env-deleted');
    const origin = anOrigin(org, root);

    await expect(remove(org, 'dev', anOrigin(org, root), 7)).rejects.toMatchObject({ code: 'version_conflict' });
    await remove(org, 'dev', origin, 1);

    const { facts, audited } = await accounts.published(origin.request_id);
    expect(facts).toMatchObject([{ type: 'environment.deleted', org_id: org, data: { name: 'dev', version: 2 } }]);
    expect(audited).toMatchObject([
      { data: { event: 'EnvironmentDeleted', severity: 'notice', before: { name: 'dev' }, after: null } },
    ]);
    await expect(remove(org, 'dev')).rejects.toMatchObject({ code: 'not_found' });
    await expect(createKey(org, 'dev')).rejects.toMatchObject({ code: 'not_found' });
    await expect(
      accounts.ask(accountsRpc.createEnvironment, { name: 'dev' }, anOrigin(org, root)),
    ).resolves.toMatchObject({ name: 'dev', version: 1 });
  });

  it('never have a live key after their deletion, also when keys are created concurrently', async () => {
    const org = await newOrg('env-met');
    for (let round = 0; round < 4; round += 1) {
      const name = `round_${round}`;
      await accounts.ask(accountsRpc.createEnvironment, { name }, anOrigin(org, root));
      await Promise.allSettled([createKey(org, name), createKey(org, name), remove(org, name)]);
    }

    const orphans = await accounts.database.sql(
      `select e.name from api_key k join environment e on e.id = k.environment_id
       where k.org_id = $1 and k.revoked_at is null and e.deleted_at is not null`,
      [org],
    );

    expect(orphans).toEqual([]);
  });
});
