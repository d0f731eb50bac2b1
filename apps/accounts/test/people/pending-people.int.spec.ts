import { uuidv7 } from 'uuidv7';
import { createHash } from 'node:crypto';
import { freshDatabase, type FreshDatabase } from '#libs/local-servers';
import { prepareDatabase } from '#libs/postgres';
import { ROLE_SECRET } from '#libs/testing';
import { accountsMigrations } from '../../src/index.js';
import { testDatabase, type TestDatabase } from '../world.js';

const [ROOT, ADMIN, OWN, PROMOTED, HIJACKED] = [uuidv7(), uuidv7(), uuidv7(), uuidv7(), uuidv7()];
const BETA = uuidv7();
const PASSWORD = 'a long enough password';

/** People that were invited and added before an organization's own invitation was needed. */
describe('pending people of the release before', () => {
  let fresh: FreshDatabase;
  let database: TestDatabase;

  beforeAll(async () => {
    fresh = await freshDatabase();
    const before = accountsMigrations.migrations.slice(0, 4);
    await prepareDatabase(fresh.url, [{ ...accountsMigrations, migrations: before }], ROLE_SECRET);
    database = await testDatabase(fresh.url, { isPrepared: true });
    const user = (id: string, name: string, password: string | null, isSuperAdmin: boolean, by: string | null) =>
      database.sql(`insert into app_user values ($1, $2, $3, $4, 1, now(), now(), $5)`, [id, `${name}@loom.localhost`, password, isSuperAdmin, by]); // prettier-ignore
    const link = (id: string, token: string) =>
      database.sql(`insert into invitation values ($1, $2, $3, now(), now(), now() + interval '7 days')`, [uuidv7(), id, createHash('sha256').update(token).digest('base64url')]); // prettier-ignore
    await user(ROOT, 'root', 'hash', true, null);
    await user(ADMIN, 'admin', 'hash', false, null);
    await user(OWN, 'own', null, false, ROOT);
    await user(PROMOTED, 'promoted', null, true, ADMIN);
    await user(HIJACKED, 'ceo', null, false, ADMIN);
    for (const [id, token] of [[OWN, 'own'], [PROMOTED, 'promoted'], [HIJACKED, 'ceo']] as const) await link(id, token); // prettier-ignore
    await database.sql(`insert into organization values ($1, $1, 'beta', 'Beta', 1, now(), now())`, [BETA]);
    for (const [id, role] of [
      [HIJACKED, 'admin'],
      [OWN, 'member'],
    ] as const) {
      await database.sql(`insert into member values ($1, $2, $3, $4, '{}', 1, now(), now(), null)`, [uuidv7(), BETA, id, role]); // prettier-ignore
    }
    await prepareDatabase(fresh.url, [accountsMigrations], ROLE_SECRET);
  });
  afterAll(async () => {
    await database.close();
    await fresh.drop();
  });

  const accept = (token: string) =>
    database
      .useCases()
      .acceptInvitation.execute(
        { token, password: PASSWORD },
        { scope: 'platform', actor: { type: 'system', id: 'anonymous' }, request_id: 'r' },
      );

  it('are members no more; their invitations wait in the list of the organization, without a link that works', async () => {
    const waiting = await database.sql('select email, role, accepted_by from member_invitation order by email');

    expect(waiting).toEqual([
      { email: 'ceo@loom.localhost', role: 'admin', accepted_by: null },
      { email: 'own@loom.localhost', role: 'member', accepted_by: null },
    ]);
    await expect(database.sql('select 1 from member')).resolves.toEqual([]);
  });

  it('cannot use links that no super admin made', async () => {
    for (const token of ['promoted', 'ceo']) {
      await expect(accept(token)).rejects.toMatchObject({ code: 'invalid_token' });
    }
  });

  it('get an account, and no membership, by the link of a super admin', async () => {
    const { id } = await accept('own');

    expect(id).toBe(OWN);
    const membership = database.useCases().getMembership.execute({ user_id: id, org: BETA });
    await expect(membership).rejects.toMatchObject({ code: 'not_found' });
  });
});
