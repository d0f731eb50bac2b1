import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, type PrivateServers, Program } from '#libs/local-servers';
import { platformEnv } from '#libs/testing';

/** One service in a process of its own, which may be killed and comes back where it was. */
export class ServiceUnderFire {
  #program: Program | undefined;

  private constructor(
    readonly name: string,
    readonly url: string,
    private readonly env: Readonly<Record<string, string>>,
  ) {}

  static async start(name: string, env: Readonly<Record<string, string>>): Promise<ServiceUnderFire> {
    const port = String(await freePort());
    const service = new ServiceUnderFire(name, `http://127.0.0.1:${port}`, { ...env, LOOM_HTTP_PORT: port });
    await service.restart();
    return service;
  }

  async restart(): Promise<void> {
    this.#program = new Program({ entry: `dist/apps/${this.name}/src/main.js`, env: this.env });
    await this.#program.ready(this.url).catch(async (error: unknown) => {
      await this.kill9();
      throw error;
    });
  }

  async kill9(): Promise<void> {
    await this.#program?.kill9();
  }

  async stop(): Promise<void> {
    await this.#program?.stop();
  }
}

export interface Processes<Name extends string> {
  readonly services: Readonly<Record<Name, ServiceUnderFire>>;
  readonly admin: { readonly email: string; readonly password: string };
  stop(): Promise<void>;
}

/** Prepares the servers and starts these services, each as a process that can be killed by itself. Needs `dist/`. */
export async function startProcesses<Name extends string>(
  servers: PrivateServers,
  names: readonly Name[],
): Promise<Processes<Name>> {
  const dataDir = await mkdtemp(join(tmpdir(), 'loom-processes-'));
  const env = platformEnv(servers, dataDir);
  const prepare = new Program({ entry: 'dist/apps/standalone/src/prepare.js', env });
  if ((await prepare.exited).code !== 0) throw new Error(`prepare failed:\n${prepare.output}`);
  const starting = await Promise.allSettled(names.map((name) => ServiceUnderFire.start(name, env)));
  const started = starting.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const failed = starting.find((one) => one.status === 'rejected');
  if (failed !== undefined) {
    await Promise.all(started.map((service) => service.stop()));
    throw failed.reason;
  }
  return {
    services: Object.fromEntries(started.map((service) => [service.name, service])) as Record<Name, ServiceUnderFire>,
    admin: { email: env['LOOM_ADMIN_EMAIL']!, password: env['LOOM_ADMIN_PASSWORD']! },
    stop: async () => {
      await Promise.all(started.map((service) => service.stop()));
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
