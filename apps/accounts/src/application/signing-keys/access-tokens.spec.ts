import { CountingIds, FixedClock } from '#libs/testing';
import { Secret } from '#libs/kernel';
import { InMemoryUnitOfWork } from '../../../test/in-memory/unit-of-work.js';
import type { TokenSigner } from '../ports/secrets.js';
import { AccessTokens } from './access-tokens.js';

describe('AccessTokens', () => {
  const setUp = () => {
    const [clock, ids] = [new FixedClock(), new CountingIds()];
    const uow = new InMemoryUnitOfWork(clock, ids);
    const signer: TokenSigner = {
      generate: async (createdAt) => {
        const kid = ids.next();
        return { kid, publicJwk: { kid }, privatePem: new Secret('pem'), createdAt };
      },
      sign: async ({ kid }, claims) => `${kid} ${JSON.stringify(claims)}`,
    };
    const refreshTtlMs = { web: 1, native: 1 };
    const quotas = { environments: 50, keys: 2_000, members: 1_000 };
    const policy = {
      quotas,
      issuer: 'loom',
      audience: 'loom',
      accessTtlS: 900,
      refreshTtlMs,
      openOrganizations: false,
    };
    return {
      clock,
      uow,
      process: () => new AccessTokens(uow, signer, clock, { ...policy, keyRotationMs: 1, sessionMaxMs: 1_000_000 }),
    };
  };
  const session = { id: 'session', userId: 'ann', clientType: 'web', createdAt: new Date() } as const;

  it('makes the first key once, though many processes start concurrently', async () => {
    const { uow, process } = setUp();

    const published = await Promise.all([process(), process(), process()].map((tokens) => tokens.publicKeys()));

    expect(new Set(published.map(([key]) => key?.['kid'])).size).toBe(1);
    expect(uow.tables.signingKeys.size).toBe(1);
  });

  it('makes a key when all are retired', async () => {
    const { clock, uow, process } = setUp();
    const [old] = await process().publicKeys();
    await uow.acrossOrganizations(({ signingKeys }) => signingKeys.retireAll(clock.now()));

    const during = await process().publicKeys();
    clock.advance(900_000);
    const after = await process().publicKeys();

    expect(during).toHaveLength(2);
    expect(during).toContainEqual(old);
    expect(after).toHaveLength(1);
    expect(after).not.toContainEqual(old);
  });

  it('gives the same token for the same session and time, whichever key signs now', async () => {
    const { clock, uow, process } = setUp();
    const at = clock.now();
    const before = await process().issue(session, at);
    await uow.acrossOrganizations(async ({ signingKeys }) => {
      await signingKeys.retireAll(new Date(at.getTime() + 1_000));
    });
    clock.advance(2_000);

    await expect(process().issue(session, at)).resolves.toBe(before);
    await expect(process().issue(session, clock.now())).resolves.not.toContain(before.split(' ')[0]);
  });

  it('asks again after a failure', async () => {
    const { uow, process } = setUp();
    const tokens = process();
    const across = uow.acrossOrganizations.bind(uow);
    uow.acrossOrganizations = () => Promise.reject(new Error('no database'));
    await expect(tokens.publicKeys()).rejects.toThrow('no database');
    uow.acrossOrganizations = across;

    await expect(tokens.publicKeys()).resolves.toHaveLength(1);
  });

  it('reads the keys once for concurrent calls, and again after a minute or when they changed', async () => {
    const { clock, uow, process } = setUp();
    const tokens = process();
    await tokens.publicKeys();
    let reads = 0;
    const across = uow.acrossOrganizations.bind(uow);
    uow.acrossOrganizations = (work) => {
      reads += 1;
      return across(work);
    };
    clock.advance(60_000);
    await tokens.publicKeys();
    expect(reads).toBe(0);

    clock.advance(1);
    await Promise.all([tokens.publicKeys(), tokens.publicKeys(), tokens.issue(session, clock.now())]);
    expect(reads).toBe(1);
    tokens.forget();
    await tokens.publicKeys();

    expect(reads).toBe(2);
  });

  it('issues no token that outlives its session', async () => {
    const { clock, process } = setUp();
    const createdAt = clock.now();
    const young = { ...session, createdAt };
    const tokens = process();

    const lives = [0, 100_000, 100_001, 999_000].map((ms) => tokens.lifeS(young, new Date(createdAt.getTime() + ms)));
    expect(lives).toEqual([900, 900, 899, 1]);
    const last = await tokens.issue(young, new Date(createdAt.getTime() + 999_000));

    const { iat, exp } = JSON.parse(last.slice(last.indexOf('{'))) as { iat: number; exp: number };
    expect(exp - iat).toBe(1);
  });

  it('does not keep the result of a slow reading that fails after a newer one has begun', async () => {
    const { uow, process } = setUp();
    const tokens = process();
    const across = uow.acrossOrganizations.bind(uow);
    let fail: (error: Error) => void = () => undefined;
    uow.acrossOrganizations = () => new Promise((_resolve, reject) => (fail = reject));
    const slow = tokens.publicKeys();
    uow.acrossOrganizations = across;
    tokens.forget();
    const [key] = await tokens.publicKeys();

    fail(new Error('timeout'));
    await expect(slow).rejects.toThrow('timeout');

    uow.acrossOrganizations = () => Promise.reject(new Error('is not read again'));
    await expect(tokens.publicKeys()).resolves.toEqual([key]);
  });
});
