import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { run } from '#libs/local-servers';
import { PEERS_FOLDER } from './contenders.js';

const TIMEOUT_MS = 300_000;

function isUpToDate(): boolean {
  const [installed, wanted] = ['node_modules/.package-lock.json', 'package-lock.json'].map((file) =>
    path.join(PEERS_FOLDER, file),
  ) as [string, string];
  return existsSync(installed) && statSync(installed).mtimeMs >= statSync(wanted).mtimeMs;
}

/** The SDKs have a lock file of their own: nothing of the project depends on them. @throws Error when npm cannot install them */
export async function installPeers(): Promise<void> {
  if (isUpToDate()) return;
  console.error('engine: installing the SDKs to measure against …');
  await run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
    cwd: PEERS_FOLDER,
    timeout: TIMEOUT_MS,
  });
}
