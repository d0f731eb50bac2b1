import { randomBytes } from 'node:crypto';
import { chmod, mkdir, realpath } from 'node:fs/promises';

/** Makes a folder that only this user can enter and gives its real path. */
export async function ownFolder(dir: string): Promise<string> {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  await chmod(dir, 0o700);
  return realpath(dir);
}

/** 144 random bits in characters that need no escaping in a URL or a configuration file. */
export function randomPassword(): string {
  return randomBytes(18).toString('base64url').replaceAll('-', 'x').replaceAll('_', 'y');
}
