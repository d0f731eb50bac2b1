import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, asNatsUser, type PrivateServers, Program, type ProgramOptions } from '#libs/local-servers';
import { leaksIn } from './leaks.js';

/** How the services are spread over processes: all in one, or each in its own behind the gateway. */
export type Layout = 'standalone' | 'split';

export interface Platform {
  readonly baseUrl: string;
  readonly admin: { readonly email: string; readonly password: string };
  /** `standalone`, or the program that runs the other ones. */
  readonly front: Program;
  /** The environment of a further process of this platform. */
  readonly env: Readonly<Record<string, string>>;
  /** Starts one more process of a service, e.g. a second evaluator. Resolves when it is ready. */
  add(service: string, env?: Readonly<Record<string, string>>): Promise<{ url: string; program: Program }>;
  /** Stops all programs; the servers go on. @throws Error when a log contains a secret or a permission error of NATS: every suite checks this */
  stop(): Promise<void>;
}

const ENTRIES: Readonly<Record<Layout, string>> = {
  standalone: 'dist/apps/standalone/src/main.js',
  split: 'dist/tools/split/main.js',
};
const ADMIN = { email: 'admin@loom.test', password: 'correct horse battery staple' };

/** Suites send more requests per person than the limits allow. */
const noLimits = {
  LOOM_LIMIT_PERSON: '0',
  LOOM_LIMIT_CREATES: '0',
  LOOM_LIMIT_ANONYMOUS: '0',
  LOOM_LIMIT_GATEWAY: '0',
};

const ROLE_SECRET = 'the secret of the roles in tests';
const STREAM_TOKEN_SECRET = 'a-stream-token-secret-for-tests';
/** Secrets of every platform in tests, which no log may contain. */
const CANARIES = [ADMIN.password, ROLE_SECRET, STREAM_TOKEN_SECRET];

/** The environment of a platform on these servers; the role secret is the same for all, since roles belong to the whole server. */
export function platformEnv(servers: PrivateServers, dataDir: string): Record<string, string> {
  return {
    LOOM_POSTGRES_URL: servers.postgresUrl,
    LOOM_NATS_URL: servers.natsUrl,
    LOOM_NATS_PASSWORDS: servers.nats.passwordsFile,
    LOOM_REDIS_URL: servers.redisUrl,
    LOOM_DATA_DIR: dataDir,
    LOOM_ROLE_SECRET: ROLE_SECRET,
    LOOM_STREAM_TOKEN_SECRET: STREAM_TOKEN_SECRET,
    LOOM_ADMIN_EMAIL: ADMIN.email,
    LOOM_ADMIN_PASSWORD: ADMIN.password,
    LOOM_LOG_LEVEL: 'info',
    ...noLimits,
  };
}

/**
 * Prepares the servers and starts the built platform on them. Needs `dist/` (`npm run build`).
 * @param limits of every program of the platform
 */
export async function startPlatform(
  servers: PrivateServers,
  layout: Layout,
  settings: Readonly<Record<string, string>> = {},
  limits: Pick<ProgramOptions, 'openFiles'> = {},
): Promise<Platform> {
  const dataDir = await mkdtemp(join(tmpdir(), 'loom-platform-'));
  const env = { ...platformEnv(servers, dataDir), ...settings };
  await prepare({ ...env, LOOM_NATS_URL: asNatsUser(servers.natsUrl, 'prepare', servers.nats.passwords) });
  const programs: Program[] = [];
  const launch = async (entry: string, extra: Readonly<Record<string, string>>) => {
    const port = String(await freePort());
    const program = new Program({ entry, env: { ...env, ...extra, LOOM_HTTP_PORT: port }, ...limits });
    programs.push(program);
    const url = `http://127.0.0.1:${port}`;
    await program.ready(url);
    return { url, program };
  };
  const stop = async (): Promise<void> => {
    await Promise.all(programs.toReversed().map((program) => program.stop()));
    await rm(dataDir, { recursive: true, force: true });
    const refused = programs.filter(({ output }) => /Permissions Violation/i.test(output)).map(({ entry }) => entry);
    if (refused.length > 0) throw new Error(`NATS refused what is not declared in traffic: ${refused.join(', ')}`);
    const leaks = programs.flatMap(({ output }) => leaksIn(output, CANARIES));
    if (leaks.length > 0) throw new Error(`Logs hold secrets:\n${leaks.join('\n')}`);
  };
  const { url: baseUrl, program: front } = await launch(ENTRIES[layout], {}).catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  const add = (service: string, extra: Readonly<Record<string, string>> = {}) => {
    const url = asNatsUser(extra['LOOM_NATS_URL'] ?? servers.natsUrl, service, servers.nats.passwords);
    return launch(`dist/apps/${service}/src/main.js`, { ...extra, LOOM_NATS_URL: url });
  };
  return { baseUrl, admin: ADMIN, front, env, add, stop };
}

async function prepare(env: Readonly<Record<string, string>>): Promise<void> {
  const program = new Program({ entry: 'dist/apps/standalone/src/prepare.js', env });
  const { code } = await program.exited;
  if (code !== 0) throw new Error(`prepare ended with ${code}:\n${program.output}`);
}
