import { verify } from 'argon2';
import { accountsRpc, parseApiKey, type CreateApiKeyCommand } from '#libs/contracts';
import { accountsProcess, anOrigin, type AccountsProcess } from '../world.js';

const page = { limit: 50, order: 'asc' } as const;

describe('API keys', () => {
  let accounts: AccountsProcess;
  let root: string;

  const newOrg = async (slug: string): Promise<string> =>
    (await accounts.ask(accountsRpc.createOrganization, { name: slug, slug }, anOrigin('platform', root))).id;
  const create = (org: string, command: Partial<CreateApiKeyCommand> = {}, origin = anOrigin(org, root)) =>
    accounts.ask(
      accountsRpc.createApiKey,
      { name: 'checkout', key_type: 'flags_server', environment: 'prod', ...command },
      origin,
    );
  const record = async (lookup_id: string) => (await accounts.ask(accountsRpc.getKeyRecord, { lookup_id })).record;

  beforeAll(async () => {
    accounts = await accountsProcess();
    const [admin] = await accounts.database.sql('select id from app_user');
    root = admin!['id'] as string;
  });
  afterAll(() => accounts.stop());

  it('are shown once, stored as a hash, and reported by one fact and one audit entry without the secret', async () => {
    const org = await newOrg('keys-shown');
    const origin = anOrigin(org, root);

    const created = await create(org, {}, origin);

    const key = created.key!;
    const { facts, audited } = await accounts.published(origin.request_id);
    expect(created).toMatchObject({ name: 'checkout', key_type: 'server', environment: 'prod', created_by: root });
    expect(parseApiKey(key)).toMatchObject({ type: 'flags_server', environment: 'prod', lookupId: created.lookup_id });
    expect(facts).toMatchObject([
      { type: 'apikey.created', org_id: org, data: { key_id: created.id, key_type: 'flags_server' } },
    ]);
    expect(audited).toMatchObject([
      { data: { event: 'SdkKeyCreated', severity: 'info', environment: 'prod', resource_key: created.lookup_id } },
    ]);
    const [row] = await accounts.database.sql('select * from api_key where id = $1', [created.id]);
    const secret = parseApiKey(key)!.secret;
    for (const place of [facts, audited, row]) expect(JSON.stringify(place)).not.toContain(secret);
    expect(JSON.stringify([facts, audited])).not.toContain('argon2');
    await expect(verify(row!['key_hash'] as string, key)).resolves.toBe(true);
  });

  it('of clients keep their origins; of analytics need no environment', async () => {
    const org = await newOrg('keys-kinds');
    const client = await create(org, { key_type: 'flags_client', allowed_origins: ['https://app.example.com'] });
    const write = await create(org, { key_type: 'analytics_write', environment: undefined });

    await expect(record(client.lookup_id)).resolves.toMatchObject({
      key_type: 'flags_client',
      org_id: org,
      environment: { name: 'prod' },
      allowed_origins: ['https://app.example.com'],
    });
    expect(write).toMatchObject({ key_type: 'write', environment: null });
    expect((await record(write.lookup_id))?.environment).toBeUndefined();
  });

  it('refuse wrong fields, and environments of other organizations', async () => {
    const [org, other] = [await newOrg('keys-refused'), await newOrg('keys-other')];
    const foreign = await accounts.ask(accountsRpc.getEnvironment, { environment: 'prod' }, anOrigin(other, root));
    const cases: [Partial<CreateApiKeyCommand>, string][] = [
      [{ name: ' ' }, 'invalid_name'],
      [{ environment: undefined }, 'invalid_environment_name'],
      [{ environment: 'staging' }, 'not_found'],
      [{ environment: foreign.id }, 'not_found'],
      [{ expires_at: '2020-01-01T00:00:00Z' }, 'invalid_timestamp'],
      [{ allowed_origins: ['https://app.example.com'] }, 'unknown_field'],
      [{ key_type: 'flags_client', allowed_origins: ['https://app.example.com/'] }, 'invalid_type'],
    ];

    for (const [command, code] of cases) await expect(create(org, command)).rejects.toMatchObject({ code });

    await expect(accounts.database.sql('select 1 from api_key where org_id = $1', [org])).resolves.toEqual([]);
  });

  it('are listed by family and environment, without their secrets', async () => {
    const org = await newOrg('keys-listed');
    await create(org, { name: 'a' });
    await create(org, { name: 'b', environment: 'dev' });
    await create(org, { name: 'c', key_type: 'analytics_rw' });
    const list = (family: 'flags' | 'analytics', environment?: string) =>
      accounts.ask(accountsRpc.listApiKeys, { family, environment, page }, anOrigin(org, root));
    const names = async (...of: Parameters<typeof list>) => (await list(...of)).data.map(({ name }) => name);

    await expect(names('flags')).resolves.toEqual(['a', 'b']);
    await expect(names('flags', 'dev')).resolves.toEqual(['b']);
    await expect(names('analytics')).resolves.toEqual(['c']);
    await expect(names('analytics', 'dev')).resolves.toEqual([]);
    await expect(list('flags', 'nowhere')).rejects.toMatchObject({ code: 'not_found' });
    expect((await list('flags')).data.every((key) => !('key' in key))).toBe(true);
  });

  it('once revoked stay revoked, with one fact and one audit entry', async () => {
    const org = await newOrg('keys-revoked');
    const { id, lookup_id } = await create(org);
    const origin = anOrigin(org, root);

    const revoked = await accounts.ask(accountsRpc.revokeApiKey, { key_id: id }, origin);

    const { facts, audited } = await accounts.published(origin.request_id);
    expect(revoked.revoked_at).toEqual(expect.any(String));
    expect(facts).toMatchObject([{ type: 'apikey.revoked', data: { key_id: id, lookup_id } }]);
    expect(audited).toMatchObject([
      { data: { event: 'SdkKeyRevoked', severity: 'notice', action: 'revoke', before: { revoked_at: null } } },
    ]);
    await expect(record(lookup_id)).resolves.toMatchObject({ revoked_at: revoked.revoked_at });
  });

  it('are revoked once, also by concurrent requests', async () => {
    const org = await newOrg('keys-twice');
    const { id } = await create(org, { key_type: 'analytics_write', environment: undefined });
    const origins = [1, 2, 3].map(() => anOrigin(org, root));

    const outcomes = await Promise.allSettled(
      origins.map((origin) => accounts.ask(accountsRpc.revokeApiKey, { key_id: id }, origin)),
    );

    const refused = outcomes.filter((outcome) => outcome.status === 'rejected');
    expect(refused).toMatchObject([{ reason: { code: 'already_revoked' } }, { reason: { code: 'already_revoked' } }]);
    const said = await Promise.all(origins.map(({ request_id }) => accounts.published(request_id)));
    expect(said.flatMap(({ audited }) => audited)).toMatchObject([{ data: { event: 'AnalyticsKeyRevoked' } }]);
    expect(said.flatMap(({ facts }) => facts)).toHaveLength(1);
  });

  it('of another organization are not found', async () => {
    const [org, other] = [await newOrg('keys-mine'), await newOrg('keys-theirs')];
    const { id } = await create(org);

    const revoke = (key_id: string) => accounts.ask(accountsRpc.revokeApiKey, { key_id }, anOrigin(other, root));

    await expect(revoke(id)).rejects.toMatchObject({ code: 'not_found' });
    await expect(revoke('no id')).rejects.toMatchObject({ code: 'not_found' });
    await expect(record('000000000000')).resolves.toBeNull();
    await expect(record('\u0000')).resolves.toBeNull();
  });
});
