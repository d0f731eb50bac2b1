import { createLocalJWKSet, decodeProtectedHeader, jwtVerify, type JSONWebKeySet } from 'jose';
import { uuidv7 } from 'uuidv7';
import { freshDatabase, type FreshDatabase } from '#libs/local-servers';
import { AccessTokens } from '../../src/application/signing-keys/access-tokens.js';
import { RotateSigningKey } from '../../src/application/signing-keys/rotate-signing-key.js';
import { newSuperAdmin, newUser } from '../../src/domain/people/user.js';
import { FixedClock } from '#libs/testing';
import { rs256TokenSigner } from '../../src/crypto/rs256-token-signer.js';
import { anOrigin, aPolicy, DAY_MS, testDatabase, type TestDatabase } from '../world.js';

const TTL_S = aPolicy.accessTtlS;

describe('the signing key', () => {
  let fresh: FreshDatabase;
  let database: TestDatabase;
  let clock: FixedClock;
  const [root, member] = [uuidv7(), uuidv7()];

  /** One process with its own memory of the keys. */
  const aProcess = () => {
    const signer = rs256TokenSigner();
    const tokens = new AccessTokens(database.uow, signer, clock, aPolicy);
    const rotation = new RotateSigningKey(database.uow, signer, tokens, clock, aPolicy);
    const rotate = (origin = anOrigin('platform', root)) => rotation.execute({}, origin);
    const issue = () =>
      tokens.issue({ id: uuidv7(), userId: root, clientType: 'web', createdAt: clock.now() }, clock.now());
    return { tokens, rotation, rotate, issue };
  };
  type Process = ReturnType<typeof aProcess>;
  const verifies = async (token: string, { tokens }: Process): Promise<boolean> => {
    const jwks = createLocalJWKSet({ keys: await tokens.publicKeys() } as unknown as JSONWebKeySet);
    const options = { issuer: 'loom', audience: 'loom', currentDate: clock.now() };
    return jwtVerify(token, jwks, options).then(
      () => true,
      () => false,
    );
  };
  const kidOf = (token: string) => decodeProtectedHeader(token).kid;
  const kids = async ({ tokens }: Process) => (await tokens.publicKeys()).map((key) => key['kid']);

  beforeAll(async () => {
    fresh = await freshDatabase();
    database = await testDatabase(fresh.url);
    const at = new Date();
    await database.uow.acrossOrganizations(async ({ users }) => {
      await users.add(newSuperAdmin({ id: root, email: 'root@loom.localhost', passwordHash: 'x' }, at));
      await users.add(newUser({ id: member, email: 'a@b.c', passwordHash: 'x', isSuperAdmin: false }, at));
    });
  });
  beforeEach(async () => {
    clock = new FixedClock('2030-01-01T00:00:00.000Z');
    await database.sql('delete from signing_key');
    await database.sql('delete from outbox');
  });
  afterAll(async () => {
    await database.close();
    await fresh.drop();
  });

  it('that is new is in the JWKS of every process at least a minute before it signs', async () => {
    const [one, two] = [aProcess(), aProcess()];
    const before = kidOf(await one.issue());
    expect(await kids(two)).toEqual([before]);

    const { kid, signs_from } = await one.rotate();

    expect(await kids(one)).toEqual([kid, before]);
    expect(kidOf(await one.issue())).toBe(before);
    clock.advance(60_001); // the keys that the other process read are too old now
    expect(await kids(two)).toContain(kid);
    expect(Date.parse(signs_from) - clock.now().getTime()).toBeGreaterThanOrEqual(60_000);
    clock.advance(Date.parse(signs_from) - clock.now().getTime() - 1);
    expect([kidOf(await one.issue()), kidOf(await two.issue())]).toEqual([before, before]);
    clock.advance(1);
    expect([kidOf(await one.issue()), kidOf(await two.issue())]).toEqual([kid, kid]);
  });

  it('that was replaced goes on verifying its tokens until they expire, under load', async () => {
    const processes = [aProcess(), aProcess(), aProcess()];
    const issued: { token: string; expiresAtMs: number }[] = [];
    const first = await processes[0]!.issue();
    const rotating = processes[0]!.rotate();
    for (let step = 0; step < 30; step += 1) {
      for (const each of processes) {
        issued.push({ token: await each.issue(), expiresAtMs: clock.now().getTime() + TTL_S * 1_000 });
      }
      clock.advance(50_000);
      const alive = issued.filter(({ expiresAtMs }) => expiresAtMs > clock.now().getTime());
      const checks = alive.flatMap(({ token }) => processes.map((each) => verifies(token, each)));
      expect(await Promise.all(checks)).toEqual(checks.map(() => true));
    }
    const { kid } = await rotating;

    expect(new Set(issued.map(({ token }) => kidOf(token)))).toEqual(new Set([kidOf(first), kid]));
    clock.advance(TTL_S * 1_000);
    for (const each of processes) expect(await kids(each)).toEqual([kid]);
    await expect(verifies(first, processes[0]!)).resolves.toBe(false);
  });

  it('is rotated once by concurrent requests, with one audit entry', async () => {
    const processes = [aProcess(), aProcess(), aProcess()];
    await processes[0]!.issue();

    const answers = await Promise.all(processes.map(({ rotate }) => rotate()));

    expect(new Set(answers.map(({ kid }) => kid)).size).toBe(1);
    await expect(database.sql('select kid from signing_key')).resolves.toHaveLength(2);
    const audited = await database.sql(`select payload from outbox where payload like '%SigningKeyRotated%'`);
    expect(audited).toHaveLength(1);
    expect(JSON.stringify(audited)).not.toContain('PRIVATE');
  });

  it('is rotated by super admins alone', async () => {
    const { rotate } = aProcess();

    await expect(rotate(anOrigin('platform', member))).rejects.toMatchObject({ code: 'forbidden' });
    await expect(rotate(anOrigin('platform', root, { type: 'api_key' }))).rejects.toMatchObject({
      code: 'forbidden',
    });
    await expect(database.sql('select kid from signing_key')).resolves.toEqual([]);
  });

  it('is rotated without a request when it is too old, by one of many processes', async () => {
    const processes = [aProcess(), aProcess()];
    const first = kidOf(await processes[0]!.issue());
    const look = () => Promise.all(processes.map(({ rotation }) => rotation.executeIfDue()));

    clock.advance(90 * DAY_MS - 1);
    await look();
    expect(await kids(processes[0]!)).toEqual([first]);
    clock.advance(1);
    await look();
    await look();

    expect(await kids(processes[0]!)).toHaveLength(2);
    clock.advance(300_000);
    expect(kidOf(await processes[1]!.issue())).not.toBe(first);
    await look();
    await expect(database.sql('select kid from signing_key')).resolves.toHaveLength(2);
  });

  it('gives the same token for the same session and time, before and after it was replaced', async () => {
    const { tokens, rotate } = aProcess();
    const session = { id: uuidv7(), userId: root, clientType: 'web', createdAt: clock.now() } as const;
    const at = clock.now();
    const before = await tokens.issue(session, at);

    await rotate();
    clock.advance(305_000);

    await expect(tokens.issue(session, at)).resolves.toBe(before);
  });
});
