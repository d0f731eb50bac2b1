import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findOrInstall } from '../install/install-servers.js';
import { endLeftover } from '../leftovers/leftovers.js';
import { ownFolder, randomPassword } from '../process/own-folder.js';
import { firstBytes, freePort } from '../process/ports.js';
import { startServer, type ServerControl } from '../process/server-process.js';

/** `dataDir` is made when absent; Default: a free port, a random password. */
export interface RedisOptions {
  readonly dataDir: string;
  readonly port?: number;
  readonly password?: string;
  readonly dieWithParent?: boolean;
  readonly print?: (line: string) => void;
}

/** A running redis-server that asks for a password and refuses writes when its memory is full. */
export interface RedisServer extends ServerControl {
  readonly name: 'redis';
  readonly url: string;
  readonly port: number;
  readonly dataDir: string;
  readonly password: string;
}

/** Starts a private redis-server on 127.0.0.1 and ends one that a killed starter left in the same folder. */
export async function startRedis(options: RedisOptions): Promise<RedisServer> {
  const file = await findOrInstall('redis-server', options.print ?? (() => undefined));
  const dir = await ownFolder(options.dataDir);
  await endLeftover(join(dir, 'redis.pid'), dir, 'SIGTERM');
  const port = options.port ?? (await freePort());
  const password = options.password ?? randomPassword();

  const configFile = join(dir, 'redis.conf');
  await writeFile(configFile, redisConfig(dir, port, password), { mode: 0o600 });
  const control = await startServer({
    name: 'redis-server',
    file,
    args: [configFile],
    cwd: dir,
    logFile: join(dir, 'redis.log'),
    stopSignal: 'SIGTERM',
    dieWithParent: options.dieWithParent,
    isReady: async () => (await firstBytes(port, `AUTH ${password}\r\n`)).startsWith('+OK'),
  });
  const url = `redis://:${password}@127.0.0.1:${port}`;
  return Object.assign(control, { name: 'redis', url, port, dataDir: dir, password } as const);
}

function redisConfig(dir: string, port: number, password: string): string {
  return [
    'bind 127.0.0.1',
    `port ${port}`,
    'protected-mode yes',
    `requirepass ${password}`,
    'daemonize no',
    `dir ${JSON.stringify(dir)}`,
    `pidfile ${JSON.stringify(join(dir, 'redis.pid'))}`,
    'appendonly no',
    // Saved on a clean stop: a warm start has a warm cache.
    'save 3600 1',
    'maxmemory-policy noeviction',
    '',
  ].join('\n');
}
