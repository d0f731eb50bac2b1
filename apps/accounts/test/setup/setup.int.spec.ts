import { Writable } from 'node:stream';
import { Secret } from '#libs/kernel';
import { freshDatabase, type FreshDatabase } from '#libs/local-servers';
import { createLogger } from '#libs/observability';
import { FixedClock } from '#libs/testing';
import type { AccountsPolicy } from '../../src/application/ports/policy.js';
import { FirstStart } from '../../src/lifecycles/first-start.js';
import { anOrigin, aPolicy, testDatabase, type TestDatabase } from '../world.js';

const stranger = anOrigin('platform', 'unknown', { type: 'system' });
const wish = { email: 'Ann@Loom.localhost', password: 'correct horse battery', organization: 'Acme' };
const isRefused = { code: 'invalid_token' };

describe('the set-up', () => {
  let fresh: FreshDatabase;
  let database: TestDatabase;
  const clock = new FixedClock();

  beforeEach(async () => {
    fresh = await freshDatabase();
    database = await testDatabase(fresh.url);
  });
  afterEach(async () => {
    await database.close();
    await fresh.drop();
  });

  /** What a process logs when it starts. */
  const startedWith = async (policy: AccountsPolicy = aPolicy): Promise<string[]> => {
    const lines: string[] = [];
    const destination = new Writable({
      write: (chunk: Buffer, _encoding, done) => (lines.push(String(chunk)), done()),
    });
    const logger = createLogger({ service: 'test', destination });
    await new FirstStart({ ...database.useCases({ clock, policy }), logger }).start();
    return lines;
  };
  const tokenIn = (lines: readonly string[]) => /\/setup#([0-9a-f]{64})/.exec(lines.join('\n'))?.[1];
  const complete = (token: string, command: Partial<typeof wish> = {}) =>
    database.useCases({ clock }).completeSetup.execute({ token, ...wish, ...command }, stranger);
  const required = async () => (await database.useCases().getSetup.execute()).required;

  it('creates, with the token of the log, the first super admin and their organization, with one audit entry', async () => {
    await expect(required()).resolves.toBe(true);
    const token = tokenIn(await startedWith())!;

    const { user, organization } = await complete(token);

    await expect(required()).resolves.toBe(false);
    expect(user).toMatchObject({ email: 'ann@loom.localhost', is_super_admin: true });
    expect(organization).toMatchObject({ name: 'Acme', slug: 'acme' });
    await expect(database.sql('select user_id, role from member')).resolves.toEqual([
      { user_id: user.id, role: 'admin' },
    ]);
    const queued = await database.sql('select subject, payload from outbox order by seq');
    expect(queued.map(({ subject }) => subject)).toEqual(
      ['organization.created', 'environment.created', 'environment.created', 'member.added', 'audit.recorded'].map(
        (type) => `${type}.${organization.id}`,
      ),
    );
    expect(JSON.stringify(queued)).not.toContain(token);
    const [stored] = await database.sql('select * from setup');
    expect(JSON.stringify(stored)).not.toContain(token);
  });

  it('happens once, also of concurrent requests, and never again', async () => {
    const token = tokenIn(await startedWith())!;

    const outcomes = await Promise.allSettled([1, 2, 3].map((n) => complete(token, { email: `a${n}@b.example` })));

    expect(outcomes.filter(({ status }) => status === 'rejected')).toMatchObject([
      { reason: isRefused },
      { reason: isRefused },
    ]);
    await expect(complete(token)).rejects.toMatchObject(isRefused);
    await expect(database.sql('select 1 from app_user')).resolves.toHaveLength(1);
    await expect(database.sql('select 1 from organization')).resolves.toHaveLength(1);
    await database.sql('truncate app_user cascade');
    expect(tokenIn(await startedWith())).toBeUndefined();
  });

  it('is logged by one of many starts, and again when the link has expired', async () => {
    const starts = await Promise.all([1, 2, 3].map(() => startedWith()));
    const tokens = starts.map(tokenIn).filter((token) => token !== undefined);
    expect(tokens).toHaveLength(1);
    expect(tokenIn(await startedWith())).toBeUndefined();

    clock.advance(86_400_000);

    await expect(complete(tokens[0]!)).rejects.toMatchObject(isRefused);
    await expect(complete(tokenIn(await startedWith())!)).resolves.toMatchObject({ user: { is_super_admin: true } });
  });

  it('leaves the link valid after a mistake', async () => {
    const token = tokenIn(await startedWith())!;

    await expect(complete(token, { password: 'short' })).rejects.toMatchObject({ code: 'invalid_password' });
    await expect(complete(token, { email: 'none' })).rejects.toMatchObject({ code: 'invalid_email' });
    await expect(complete(token, { organization: ' ' })).rejects.toMatchObject({ code: 'invalid_name' });
    await expect(complete('guessed')).rejects.toMatchObject(isRefused);

    await expect(complete(token)).resolves.toMatchObject({ organization: { slug: 'acme' } });
  });

  it('is over when the settings name a first admin', async () => {
    const token = tokenIn(await startedWith())!;
    const firstAdmin = { email: 'root@loom.localhost', password: new Secret('correct horse battery') };

    expect(tokenIn(await startedWith({ ...aPolicy, firstAdmin }))).toBeUndefined();

    await expect(required()).resolves.toBe(false);
    await expect(complete(token)).rejects.toMatchObject(isRefused);
  });
});
