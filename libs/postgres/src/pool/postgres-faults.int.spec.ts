import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres, type PostgresServer } from '#libs/local-servers';
import { Database } from '../transaction/database.js';
import { OutboxRelay } from '../outbox/outbox-relay.js';
import { until } from '#libs/testing';
import {
  MemoryPublisher,
  ORG_A,
  ROLE_SECRET,
  SERVICE,
  aDraft,
  collectingLog,
  testDatabase,
  type TestDatabase,
} from '../../test/test-database.js';

describe('when Postgres is down', () => {
  let folder: string;
  let postgres: PostgresServer;
  let server: TestDatabase;
  let relay: OutboxRelay | undefined;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'loom-faults-'));
    // With fsync: otherwise a killed server loses unsynced data, and with it the tables.
    postgres = await startPostgres({ dataDir: folder, dieWithParent: true });
    server = await testDatabase(postgres.url);
  });
  afterAll(async () => {
    await relay?.stop();
    await server.stop();
    await postgres.kill9();
    await rm(folder, { recursive: true, force: true });
  });

  const add = (database: Database) => database.transaction(ORG_A, ({ outbox }) => outbox.add(aDraft()));
  const unavailable = { name: 'AppError', code: 'store_unavailable', status: 503, retryable: true };

  it('fails with store_unavailable, and works at the first use after the restart, as does the relay', async () => {
    const bus = new MemoryPublisher();
    const used = server.open();
    relay = new OutboxRelay(used, bus, { pollMs: 60_000, log: collectingLog() });
    const before = await add(used);
    relay.start();
    await until(() => bus.published.length === 1);

    await postgres.kill9();
    const fresh = server.open();
    for (const database of [used, fresh]) {
      await expect(add(database)).rejects.toMatchObject(unavailable);
      await expect(database.ping()).rejects.toMatchObject(unavailable);
    }
    await postgres.restart();
    const after = [await add(used), await add(fresh)];
    await expect(fresh.ping()).resolves.toBeUndefined();
    await until(() => bus.published.length === 3);

    expect(bus.ids).toEqual([before.id, ...after.map(({ id }) => id)]);
  });

  it('fails with store_unavailable while the server hangs with open connections, and works afterwards', async () => {
    const database = server.open();
    const [row] = await database.read(ORG_A, ({ manager }) =>
      manager.query<{ pid: number }[]>('select pg_backend_pid() as pid'),
    );

    process.kill(row?.pid ?? NaN, 'SIGSTOP');
    try {
      // The cause distinguishes the limit of 1 s for beginning a transaction from the longer one of a query.
      const cause = expect.objectContaining({ message: 'No answer from Postgres' });
      await expect(add(database)).rejects.toMatchObject({ ...unavailable, cause });
    } finally {
      process.kill(row?.pid ?? NaN, 'SIGCONT');
    }

    await expect(add(database)).resolves.toMatchObject({ org_id: ORG_A });
  });

  it('fails at once when no server listens at the address', async () => {
    const database = new Database({
      url: 'postgres://admin@127.0.0.1:1/none',
      roleSecret: ROLE_SECRET,
      service: SERVICE,
      log: collectingLog(),
    });
    await expect(add(database)).rejects.toMatchObject(unavailable);
    await database.close();
  });
});
