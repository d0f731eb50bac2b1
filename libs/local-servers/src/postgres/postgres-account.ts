import { findBinary } from '../install/binaries.js';
import { run } from '../process/run.js';

/** The account that Postgres runs as. */
export interface Account {
  readonly uid: number;
  readonly gid: number;
}

/** Postgres refuses to run as root: as root this is the `postgres` user, made when absent; else `undefined`. */
export async function postgresAccount(): Promise<Account | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const account = await lookUp();
  if (account !== undefined) return account;
  await createUser();
  const created = await lookUp();
  if (created === undefined) throw new Error('Postgres cannot run as root, and a postgres user could not be made');
  return created;
}

async function lookUp(): Promise<Account | undefined> {
  const ids = ['-u', '-g'].map((flag) => run('id', [flag, 'postgres'], { timeout: 5_000 }));
  const [uid, gid] = await Promise.all(ids).catch(() => []);
  return uid === undefined || gid === undefined ? undefined : { uid: Number(uid), gid: Number(gid) };
}

async function createUser(): Promise<void> {
  if (findBinary('useradd') !== undefined) {
    await run('groupadd', ['--system', '--force', 'postgres']);
    await run('useradd', ['--system', '--gid', 'postgres', '--no-create-home', 'postgres']);
    return;
  }
  // Busybox (Alpine) has only this one.
  await run('adduser', ['-S', '-D', '-H', 'postgres']);
}
