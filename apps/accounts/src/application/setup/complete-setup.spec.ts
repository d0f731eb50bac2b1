import { DAY_MS, InMemoryAccounts, PASSWORD, stranger } from '../../../test/in-memory/world.js';

const command = { email: 'Ann@Loom.localhost', password: PASSWORD, organization: 'Acme Parcels' };
const invalidLink = { code: 'invalid_token' };

describe('CompleteSetup', () => {
  let accounts: InMemoryAccounts;
  let token: string;
  beforeEach(async () => {
    accounts = new InMemoryAccounts();
    token = (await accounts.useCases().offerSetup.execute())!;
  });

  const complete = (changes: object = {}) =>
    accounts.useCases().completeSetup.execute({ token, ...command, ...changes }, stranger);
  const required = async () => (await accounts.useCases().getSetup.execute()).required;

  it('creates the first super admin and their organization, with its facts and one audit entry', async () => {
    await expect(required()).resolves.toBe(true);

    const { user, organization } = await complete();

    await expect(required()).resolves.toBe(false);
    expect(user).toMatchObject({ email: 'ann@loom.localhost', is_super_admin: true });
    expect(organization).toMatchObject({ name: 'Acme Parcels', slug: 'acme-parcels' });
    expect(accounts.facts.map(({ type, org_id }) => [type, org_id])).toEqual(
      ['organization.created', 'environment.created', 'environment.created', 'member.added'].map((type) => [
        type,
        organization.id,
      ]),
    );
    expect(accounts.audited).toMatchObject([
      { org_id: organization.id, actor: { id: user.id }, data: { event: 'OrganizationCreated' } },
    ]);
  });

  it('works once, also of concurrent requests', async () => {
    const outcomes = await Promise.allSettled([1, 2, 3].map((n) => complete({ email: `a${n}@loom.localhost` })));

    expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected', 'rejected']);
    await expect(complete()).rejects.toMatchObject(invalidLink);
    expect(accounts.uow.tables.users.size).toBe(1);
    expect(accounts.uow.tables.organizations.size).toBe(1);
  });

  it('refuses an unknown token, an expired one, and any once there are users', async () => {
    await expect(complete({ token: 'guessed' })).rejects.toMatchObject(invalidLink);
    accounts.clock.advance(DAY_MS);
    await expect(complete()).rejects.toMatchObject(invalidLink);
    token = (await accounts.useCases().offerSetup.execute())!;
    await accounts.superAdmin();

    await expect(complete()).rejects.toMatchObject(invalidLink);

    expect(accounts.uow.tables.organizations.size).toBe(0);
  });

  it.each([
    [{ password: 'short' }, 'invalid_password'],
    [{ email: 'none' }, 'invalid_email'],
    [{ organization: ' ' }, 'invalid_name'],
  ])('does not use up the token by %j', async (mistake, code) => {
    await expect(complete(mistake)).rejects.toMatchObject({ code });

    await expect(complete()).resolves.toMatchObject({ user: { is_super_admin: true } });
  });

  it('spends no hash on a token that is not open', async () => {
    let hashes = 0;
    const hash = accounts.hasher.hash.bind(accounts.hasher);
    accounts.hasher.hash = (text) => {
      hashes += 1;
      return hash(text);
    };
    await expect(complete({ token: 'guessed' })).rejects.toMatchObject(invalidLink);
    expect(hashes).toBe(0);

    await complete();

    expect(hashes).toBe(1);
  });

  it('leaves nothing when an admin of the settings was created while the password was hashed', async () => {
    const hash = accounts.hasher.hash.bind(accounts.hasher);
    accounts.hasher.hash = async (text) => {
      await accounts.superAdmin();
      return hash(text);
    };

    await expect(complete()).rejects.toMatchObject(invalidLink);

    expect(accounts.uow.tables.organizations.size).toBe(0);
    expect([...accounts.uow.tables.users.values()].map(({ email }) => email)).toEqual(['root@loom.localhost']);
    expect(accounts.uow.queued).toEqual([]);
  });

  it('keeps the token open when the transaction is not committed', async () => {
    const inOrganization = accounts.uow.inOrganizationWithPeople.bind(accounts.uow);
    accounts.uow.inOrganizationWithPeople = (orgId, work) =>
      inOrganization(orgId, async (stores) => {
        await work(stores);
        throw new Error('connection lost');
      });
    await expect(complete()).rejects.toThrow('connection lost');
    await expect(required()).resolves.toBe(true);
    accounts.uow.inOrganizationWithPeople = inOrganization;

    await expect(complete()).resolves.toMatchObject({ user: { is_super_admin: true } });
  });
});
