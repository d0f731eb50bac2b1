import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { Program, randomPassword } from '#libs/local-servers';
import { loadOrMakeSecrets } from '../start/stored-choices.js';
import { withPlatform } from '../start/with-platform.js';

/** Each case starts the three servers several times. */
const LONG_MS = 240_000;
const PREPARE = 'dist/apps/standalone/src/prepare.js';
const KEPT = `insert into accounts.signing_key (kid, public_jwk, private_key_sealed, created_at, updated_at, signs_from)
  values ($1, '{}', $2, now(), now(), now())`;

describe('a backup of what npm start made', () => {
  let dataDir: string;
  let file: string;
  const own = () => ({ ...process.env, LOOM_DATA_DIR: dataDir });

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'loom-backup-'));
    // Postgres runs as another user when tests run as root.
    await chmod(dataDir, 0o711);
    file = join(dataDir, 'loom.dump');
    await loadOrMakeSecrets(dataDir, randomPassword);
    await onPlatform(async (_, env) => {
      expect(await end(new Program({ entry: PREPARE, env }))).toBe(0);
    });
  }, LONG_MS);
  afterAll(() => rm(dataDir, { recursive: true, force: true }));

  const end = async (program: Program): Promise<number | null> => (await program.exited).code;
  const onPlatform = (work: (sql: pg.Client, env: NodeJS.ProcessEnv) => Promise<void>): Promise<void> =>
    withPlatform(own(), {
      besidePlatform: false,
      print: () => undefined,
      run: async (env) => {
        const sql = new pg.Client({ connectionString: env['LOOM_POSTGRES_URL'] });
        await sql.connect();
        await work(sql, env).finally(() => sql.end());
      },
    });
  const tool = async (what: string, more: NodeJS.ProcessEnv = {}) => {
    const program = new Program({ entry: 'dist/tools/backup/main.js', args: [what, file], env: { ...own(), ...more } });
    return { code: await end(program), output: program.output };
  };
  const kids = async () => {
    let found: unknown[] = [];
    await onPlatform(async (sql) => {
      found = (await sql.query<{ kid: string }>('select kid from accounts.signing_key order by created_at')).rows.map(
        ({ kid }) => kid,
      );
    });
    return found;
  };

  it(
    'is made and restored while nothing runs: both start the servers and stop them',
    async () => {
      expect(await tool('backup')).toMatchObject({ code: 0 });
      await onPlatform(async (sql) => void (await sql.query(KEPT, ['made-later', 'x'])));
      expect(await kids()).toEqual(['made-later']);

      const restored = await tool('restore');

      expect(restored).toMatchObject({ code: 0 });
      expect(restored.output).toContain('The epoch from now on');
      expect(await kids()).toEqual([]);
    },
    LONG_MS,
  );

  it(
    'is made beside a running platform, but not restored',
    async () => {
      await onPlatform(async () => {
        expect(await tool('backup')).toMatchObject({ code: 0 });

        const refused = await tool('restore');

        expect(refused.code).toBe(1);
        expect(refused.output).toContain(`Loom is already running here (process ${process.pid})`);
      });
    },
    LONG_MS,
  );

  it(
    'is not restored under another role secret, and nothing is changed',
    async () => {
      await onPlatform(
        async (sql) => void (await sql.query(KEPT, ['sealed-elsewhere', 'c2VhbGVkIHdpdGggYW5vdGhlciBzZWNyZXQ='])),
      );
      await tool('backup');
      await onPlatform(async (sql) => void (await sql.query(KEPT, ['made-later', 'x'])));

      const refused = await tool('restore', { LOOM_ROLE_SECRET: 'another-secret-of-16-or-more' });

      expect(refused.code).toBe(1);
      expect(refused.output).toContain('LOOM_ROLE_SECRET is not the one of this backup');
      expect(await kids()).toEqual(['sealed-elsewhere', 'made-later']);
    },
    LONG_MS,
  );
});
