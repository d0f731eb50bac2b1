import { createHash } from 'node:crypto';
import { chown, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ownFolder } from '../process/own-folder.js';
import type { Account } from './postgres-account.js';

const pointer = 'postgres-is-in';

/**
 * The folder for a Postgres and its data. Normally `dataDir`; as root, when the account cannot walk there (a home
 * folder, a 0700 work folder), one under /var/lib that is derived from the path and noted in `dataDir`.
 */
export async function postgresPlace(dataDir: string, account: Account | undefined): Promise<string> {
  const dir = await ownFolder(dataDir);
  if (account === undefined) return dir;
  const place = (await notedPlace(dir)) ?? (await choosePlace(dir, account));
  await mkdir(place, { recursive: true, mode: 0o700 });
  await chown(place, account.uid, account.gid);
  return place;
}

/** The folder of the Postgres of `dataDir` when it is another one. */
export async function notedPlace(dataDir: string): Promise<string | undefined> {
  const place = await readFile(join(dataDir, pointer), 'utf8').catch(() => '');
  return place.trim() || undefined;
}

/** True when `account` may enter every folder on the way down to `path`, itself left out. */
export async function canWalkTo(path: string, account: Account): Promise<boolean> {
  for (let dir = dirname(path); ; dir = dirname(dir)) {
    if (!mayEnter(await stat(dir), account)) return false;
    if (dir === dirname(dir)) return true;
  }
}

async function choosePlace(dir: string, account: Account): Promise<string> {
  if (await canWalkTo(dir, account)) return dir;
  const place = `/var/lib/loom-${createHash('sha256').update(dir).digest('hex').slice(0, 12)}`;
  await writeFile(join(dir, pointer), `${place}\n`);
  return place;
}

function mayEnter({ mode, uid, gid }: { mode: number; uid: number; gid: number }, account: Account): boolean {
  if (uid === account.uid) return (mode & 0o100) !== 0;
  return gid === account.gid ? (mode & 0o010) !== 0 : (mode & 0o001) !== 0;
}
