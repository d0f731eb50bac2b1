import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { call, isPortFree, randomPassword } from '#libs/local-servers';
import { type Credentials, credentialsFile, readCredentials, writeCredentials } from './credentials.js';
import { greeting } from './greeting.js';
import { takeDataFolder } from './data-folder-lock.js';
import { platformEnvironment } from './platform-environment.js';
import { loadOrMakeSecrets, type Secrets } from './stored-choices.js';
import { seedDemo } from './seed.js';
import { startServers, type Servers } from './servers.js';
import type { Settings } from './settings.js';
import { endLeftoverStandalone, keepRunning, logFileIn, runOnce, stopStandalone } from './standalone.js';

const prepareWithinMs = 180_000;
const readyWithinMs = 120_000;
const deathsBeforeGivingUp = 3;

/** The entry points of the platform's compiled programs. */
interface Programs {
  readonly prepare: string;
  readonly standalone: string;
}

/** The state of one run. */
interface Run {
  readonly settings: Settings;
  readonly programs: Programs;
  readonly stop: AbortSignal;
  readonly print: (line: string) => void;
  /** Called at the end, the last one first. */
  readonly endings: (() => Promise<void>)[];
}

/**
 * Runs the platform until `stop` is aborted, then ends what it started, in order. Resolves when all is down.
 *
 * @throws Error when a part cannot be started; the parts that were started are stopped then
 */
export async function runPlatform(start: Omit<Run, 'endings'>): Promise<void> {
  const { dataDir } = start.settings;
  await mkdir(dataDir, { recursive: true });
  const lock = await takeDataFolder(join(dataDir, 'start.json'));
  const run: Run = { ...start, endings: [() => lock.release()] };
  try {
    await startAll(run);
  } finally {
    await lock.stopping();
    for (const end of run.endings.toReversed()) await end();
  }
}

async function startAll(run: Run): Promise<void> {
  const { settings, programs, stop, print, endings } = run;
  const { dataDir } = settings;
  await endLeftoverStandalone(dataDir, programs.standalone, print);
  await requireFreePort(settings.httpPort);
  const secrets = await loadOrMakeSecrets(dataDir, randomPassword);
  const servers = await startServers(settings, secrets, print);
  endings.push(() => servers.stop());
  if (stop.aborted) return;

  const startId = randomUUID();
  const env = { ...platformEnvironment(settings, secrets, servers), LOOM_START_ID: startId };
  await runOnce({ dataDir, env, print, entry: programs.prepare }, prepareWithinMs);
  if (stop.aborted) return;
  const nodeArgs = settings.watch ? ['--watch', '--watch-preserve-output'] : [];
  const standalone = await keepRunning({ dataDir, env, print, nodeArgs, entry: programs.standalone });
  endings.push(() => stopStandalone(standalone, dataDir));
  await standalone.ready(settings.baseUrl, { timeoutMs: readyWithinMs, maxDeaths: deathsBeforeGivingUp, signal: stop });
  if (stop.aborted) return;
  await requireOwnProcess(settings.baseUrl, startId);
  await welcome(run, secrets, servers);
  if (!stop.aborted) await once(stop, 'abort');
}

/** The admin's password and the keys are sent to this address next. */
async function requireOwnProcess(baseUrl: string, startId: string): Promise<void> {
  const { body } = await call('GET', `${baseUrl}/livez`);
  if (body['start_id'] === startId) return;
  throw new Error(`${baseUrl} is answered by another program than the one that was started; nothing was sent to it.`);
}

async function requireFreePort(port: number): Promise<void> {
  if (await isPortFree(port)) return;
  throw new Error(`Port ${port} is taken by another program. Choose one: LOOM_HTTP_PORT=${port + 1} npm start`);
}

/** The platform works without the demo organization: a failure here is printed and does not stop it. */
async function welcome({ settings, print }: Run, secrets: Secrets, servers: Servers): Promise<void> {
  const { dataDir, baseUrl, adminEmail } = settings;
  const admin = { email: adminEmail, password: settings.adminPassword ?? secrets.admin };
  try {
    const target = { base_url: baseUrl, admin, nats: servers.subscriber };
    const save = (made: Credentials): Promise<void> => writeCredentials(dataDir, made);
    const known = await readCredentials(dataDir);
    const { credentials, notes } = await seedDemo(target, known, save);
    await save(credentials);
    for (const note of notes) print(note);
    print(greeting(credentials, known, { credentials: credentialsFile(dataDir), log: logFileIn(dataDir) }));
  } catch (error) {
    print(`The demo organization could not be made: ${(error as Error).message}`);
    print(`Loom runs at ${baseUrl}; its log is ${logFileIn(dataDir)}`);
  }
}
