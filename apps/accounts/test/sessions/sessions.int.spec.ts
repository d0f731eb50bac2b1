import { uuidv7 } from 'uuidv7';
import { freshDatabase, type FreshDatabase } from '#libs/local-servers';
import { FixedClock } from '#libs/testing';
import type { Hasher, TokenSigner } from '../../src/application/ports/secrets.js';
import type { AccountsPorts } from '../../src/application/ports/all.js';
import { rs256TokenSigner } from '../../src/crypto/rs256-token-signer.js';
import type { User } from '../../src/domain/people/user.js';
import { anOrigin, aPolicy, DAY_MS, testDatabase, type TestDatabase } from '../world.js';

const acceptsAll: Hasher = { hash: async (text) => text, verify: async () => true };

/** Generates a key, and hands it out when `ready` allows it. */
function slowly(ready: () => Promise<void>): TokenSigner {
  const signer = rs256TokenSigner();
  return {
    ...signer,
    generate: async (at) => {
      const key = await signer.generate(at);
      await ready();
      return key;
    },
  };
}

describe('a session', () => {
  let fresh: FreshDatabase;
  let database: TestDatabase;
  let user: User;
  const clock = new FixedClock('2030-01-01T00:00:00.000Z');

  beforeAll(async () => {
    fresh = await freshDatabase();
    database = await testDatabase(fresh.url);
    const at = clock.now();
    user = {
      id: uuidv7(),
      email: 'a@b.c',
      passwordHash: 'x',
      isSuperAdmin: false,
      version: 1,
      createdAt: at,
      updatedAt: at,
    };
    await database.uow.acrossOrganizations(({ users }) => users.add(user));
  });
  afterAll(async () => {
    await database.close();
    await fresh.drop();
  });

  /** One process with its own memory of the keys. Its hasher accepts every password. */
  const process = (ports: Partial<AccountsPorts> = {}) => {
    const { refreshSession, getJwks, signIn } = database.useCases({ clock, hasher: acceptsAll, ...ports });
    return {
      signIn,
      publicKeys: async () => (await getJwks.execute()).keys,
      refresh: (refresh_token: string) =>
        refreshSession.execute({ refresh_token, client_type: 'web' }, anOrigin('platform', user.id)),
    };
  };
  const begin = async (client_type: 'web' | 'native' = 'web'): Promise<string> => {
    const command = { email: user.email, password: 'any', client_type, address: 'here' };
    return (await process().signIn.execute(command, anOrigin('platform', 'stranger'))).refresh_token;
  };
  const reused = async () =>
    (await database.sql(`select payload from outbox where payload like '%RefreshTokenReused%'`)).length;
  const isRefused = { code: 'invalid_refresh_token' };

  it('repeats the answer of the last exchange for ten seconds, in any process', async () => {
    const first = await begin();
    const answer = await process().refresh(first);

    clock.advance(10_000);

    await expect(process().refresh(first)).resolves.toEqual(answer);
  });

  it('ends when a token is used again later, with one audit entry, and its newest token is refused', async () => {
    const before = await reused();
    const first = await begin();
    const { refresh_token: second } = await process().refresh(first);

    clock.advance(10_001);

    await expect(process().refresh(first)).rejects.toMatchObject(isRefused);
    await expect(process().refresh(second)).rejects.toMatchObject(isRefused);
    await expect(process().refresh(first)).rejects.toMatchObject(isRefused);
    await expect(reused()).resolves.toBe(before + 1);
  });

  it('gives no grace to a token that is not the direct predecessor', async () => {
    const first = await begin();
    const { refresh_token: second } = await process().refresh(first);
    const { refresh_token: third } = await process().refresh(second);

    await expect(process().refresh(first)).rejects.toMatchObject(isRefused);

    await expect(process().refresh(third)).rejects.toMatchObject(isRefused);
  });

  it('ends also when a concurrent request exchanges its newest token', async () => {
    const first = await begin();
    const { refresh_token: second } = await process().refresh(first);
    clock.advance(10_001);

    const [, exchange] = await Promise.allSettled([process().refresh(first), process().refresh(second)]);

    const newest = exchange.status === 'fulfilled' ? exchange.value.refresh_token : second;
    await expect(process().refresh(newest)).rejects.toMatchObject(isRefused);
  });

  it('lasts, after the last exchange, as long as the settings of its client type allow', async () => {
    const [web, native] = [await begin('web'), await begin('native')];
    clock.advance(7 * DAY_MS);

    const policy = { ...aPolicy, sessionMaxMs: 60 * DAY_MS };
    await expect(process().refresh(web)).rejects.toMatchObject(isRefused);
    const { refresh_token } = await process({ policy }).refresh(native);

    clock.advance(30 * DAY_MS - 1);
    await expect(process().refresh(refresh_token)).rejects.toMatchObject(isRefused);
    await expect(process({ policy }).refresh(refresh_token)).resolves.toMatchObject({ token_type: 'Bearer' });
  });

  it('is not opened with a password that was changed while it was compared', async () => {
    const count = async () => (await database.sql('select 1 from session')).length;
    const before = await count();
    const hasher: Hasher = {
      hash: async (text) => text,
      verify: async () => {
        await database.sql(`update app_user set password_hash = 'of another' where id = $1`, [user.id]);
        return true;
      },
    };
    const { signIn } = process({ hasher });
    const command = { email: user.email, password: 'old', client_type: 'web', address: 'here' } as const;

    await expect(signIn.execute(command, anOrigin('platform', 'nobody'))).rejects.toMatchObject({
      code: 'invalid_credentials',
    });

    await expect(count()).resolves.toBe(before);
  });

  it('is signed by one key, though many processes start concurrently', async () => {
    await database.sql('delete from signing_key');

    let missing = 4;
    const together = Promise.withResolvers<void>();
    const generated = (): Promise<void> => {
      missing -= 1;
      if (missing === 0) together.resolve();
      return together.promise;
    };

    const kids = await Promise.all(
      [1, 2, 3, 4].map(async () => (await process({ signer: slowly(generated) }).publicKeys())[0]?.['kid']),
    );

    expect(new Set(kids).size).toBe(1);
  });

  it('is verified by a retired key until the last access token has expired', async () => {
    await database.sql('delete from signing_key');
    const [old] = await process().publicKeys();
    await database.sql('update signing_key set retired_at = $1', [clock.now()]);

    const during = await process().publicKeys();
    clock.advance(900_000);
    const after = await process().publicKeys();

    expect(during).toHaveLength(2);
    expect(during).toContainEqual(old);
    expect(after).toHaveLength(1);
    expect(after).not.toContainEqual(old);
  });
});
