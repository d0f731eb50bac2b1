import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { natsUsers } from '#libs/contracts';
import { run } from '../process/run.js';
import { findOrInstall } from '../install/install-servers.js';
import { endLeftover } from '../leftovers/leftovers.js';
import { natsConfig, natsPasswords } from './nats-config.js';
import { ownFolder, randomPassword } from '../process/own-folder.js';
import { firstBytes, freePort } from '../process/ports.js';
import { startServer, type ServerControl } from '../process/server-process.js';

/** `dataDir` is made when absent; Default: a free port, random passwords. */
export interface NatsOptions {
  readonly dataDir: string;
  readonly port?: number;
  readonly password?: string;
  readonly subscriberPassword?: string;
  /** Ceiling of JetStream's files, for example '64MB'. */
  readonly maxFileStore?: string;
  /** Lines copied into the configuration file. */
  readonly extraConfig?: string;
  readonly dieWithParent?: boolean;
  readonly print?: (line: string) => void;
}

/** A running nats-server with JetStream. `url` carries the internal user; `subscriber` may only receive facts. */
export interface NatsServer extends ServerControl {
  readonly name: 'nats';
  readonly url: string;
  /** For `connect()` of @nats-io/transport-node, which takes no user or password out of a URL. */
  readonly connection: { readonly servers: string; readonly user: string; readonly pass: string };
  readonly port: number;
  readonly dataDir: string;
  readonly version: string;
  readonly user: string;
  readonly password: string;
  readonly subscriber: { readonly user: string; readonly password: string };
  /** Passwords of all users of `natsUsers()`, by name. */
  readonly passwords: Readonly<Record<string, string>>;
  /** A file that holds `passwords` as JSON. */
  readonly passwordsFile: string;
}

/** Starts a private nats-server on 127.0.0.1 and ends one that a killed starter left in the same folder. */
export async function startNats(options: NatsOptions): Promise<NatsServer> {
  const { print = () => undefined, maxFileStore, extraConfig: extra } = options;
  const file = await findOrInstall('nats-server', print);
  const version = await versionOf(file);
  const dir = await ownFolder(options.dataDir);
  await endLeftover(join(dir, 'nats.pid'), dir, 'SIGTERM');
  const port = options.port ?? (await freePort());
  const password = options.password ?? randomPassword();
  const subscriber = { user: 'subscriber', password: options.subscriberPassword ?? randomPassword() };

  const passwords = passwordsOfAll(subscriber.password);
  const [configFile, passwordsFile] = [join(dir, 'nats.conf'), join(dir, 'passwords.json')];
  await writePrivate(configFile, natsConfig({ version, port, dir, password, maxFileStore, extra }));
  await writePrivate(join(dir, 'passwords.conf'), natsPasswords(passwords));
  await writePrivate(passwordsFile, JSON.stringify(passwords));
  const control = await startServer({
    name: 'nats-server',
    file,
    args: ['-c', configFile],
    cwd: dir,
    logFile: join(dir, 'nats.log'),
    stopSignal: 'SIGTERM',
    dieWithParent: options.dieWithParent,
    isReady: async () => (await firstBytes(port)).startsWith('INFO '),
  });
  const identity = { user: 'loom', password, subscriber, passwords, passwordsFile };
  const facts = { name: 'nats', port, dataDir: dir, version, ...identity } as const;
  const connection = { servers: `nats://127.0.0.1:${port}`, user: facts.user, pass: password };
  return Object.assign(control, { ...facts, url: `nats://loom:${password}@127.0.0.1:${port}`, connection });
}

function passwordsOfAll(subscriber: string): Readonly<Record<string, string>> {
  const random = natsUsers().map(({ name }) => [name, randomPassword()] as const);
  return { ...Object.fromEntries(random), subscriber };
}

function writePrivate(file: string, text: string): Promise<void> {
  return writeFile(file, text, { mode: 0o600 });
}

/**
 * A server's URL, or several joined by commas, with another user: the URL that one service of a platform gets.
 * @throws Error when the user has no password, so that a service is declared in `traffic` before it starts
 */
export function asNatsUser(url: string, user: string, passwords: Readonly<Record<string, string>>): string {
  const password = passwords[user];
  if (password === undefined) throw new Error(`NATS knows no user ${user}: see traffic in libs/contracts`);
  const each = url.split(',').map((text) => Object.assign(new URL(text.trim()), { username: user, password }).href);
  return each.join(',');
}

async function versionOf(file: string): Promise<string> {
  const printed = await run(file, ['--version'], { timeout: 10_000 });
  return /(\d+\.\d+\.\d+)/.exec(printed)?.[1] ?? '0.0.0';
}
