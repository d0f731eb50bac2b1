import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { randomPassword } from '#libs/local-servers';
import { DataFolderInUse, takeDataFolder } from './data-folder-lock.js';
import { isElsewhere, knownEnvironment, notStarted } from './known-environment.js';
import { platformEnvironment } from './platform-environment.js';
import { startServers } from './servers.js';
import { readSettings, type Settings } from './settings.js';
import { endLeftoverStandalone } from './standalone.js';
import { loadOrMakeSecrets } from './stored-choices.js';

/** The platform's programs, as they appear in command lines. */
const PROGRAMS = 'dist/';

export interface PlatformWork {
  /** Whether the work may run while `npm start` runs the platform. */
  readonly besidePlatform: boolean;
  readonly print: (line: string) => void;
  run(env: NodeJS.ProcessEnv): Promise<void>;
}

/**
 * Runs the work with the environment of the platform that the LOOM_* settings name, or that `npm start` made in this folder. In the
 * latter case its servers are started for the work, unless `npm start` runs them.
 *
 * @throws Error when there is no platform, or when it runs and the work must not run beside it
 */
export async function withPlatform(env: NodeJS.ProcessEnv, work: PlatformWork): Promise<void> {
  const settings = readSettings(env);
  if (isElsewhere(settings, env)) return work.run(env);
  if (!existsSync(join(settings.dataDir, 'secrets.json'))) throw notStarted(settings);
  let lock;
  try {
    lock = await takeDataFolder(join(settings.dataDir, 'start.json'));
  } catch (error) {
    if (!(error instanceof DataFolderInUse && work.besidePlatform)) throw error;
    return work.run(await knownEnvironment(env));
  }
  try {
    await onOwnServers(settings, work);
  } finally {
    await lock.release();
  }
}

async function onOwnServers(settings: Settings, { print, run }: PlatformWork): Promise<void> {
  await endLeftoverStandalone(settings.dataDir, PROGRAMS, print);
  const secrets = await loadOrMakeSecrets(settings.dataDir, randomPassword);
  const servers = await startServers(settings, secrets, print);
  try {
    await run(platformEnvironment(settings, secrets, servers));
  } finally {
    await servers.stop();
  }
}
