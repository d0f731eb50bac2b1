import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Answer, bearer, call, freePort, Program } from '#libs/local-servers';
import { type Platform, until } from '#libs/testing';
import { StreamListener } from './stream.js';

export interface Member {
  readonly url: string;
  readonly program: Program;
}
/** The flag that each reader evaluates, and its API key. */
interface Asking {
  readonly key: string;
  readonly flag: string;
}
const INSTANCES = ['1', '2'];
const PAUSE_MS = 20;
const USER = { user_id: 'u1' };
const TARGET = { targetingKey: 'u1' };

/** Two `evaluation` and two `streaming` processes beside a platform, each with a snapshot file of its own. */
export class Fleet {
  evaluators: readonly Member[] = [];
  streamers: readonly Member[] = [];

  private constructor(
    private readonly platform: Platform,
    private readonly asking: Asking,
    private readonly dataDir: string,
  ) {}

  static async start(platform: Platform, asking: Asking, dataDir: string): Promise<Fleet> {
    const fleet = new Fleet(platform, asking, dataDir);
    await fleet.#start();
    return fleet;
  }

  /** Kills all four processes and starts them again. */
  async restart(): Promise<void> {
    await Promise.all([...this.evaluators, ...this.streamers].map(({ program }) => program.kill9()));
    await this.#start();
  }

  /** The value of the flag from every evaluator: native and OFREP, alone and in bulk. A refusal is its status. */
  async values(key = this.asking.key, from = this.evaluators): Promise<readonly unknown[]> {
    const asked = await Promise.all(from.map(({ url }) => valuesFrom(url, { ...this.asking, key })));
    return asked.flat();
  }

  /** All flags from one evaluator. */
  evaluate(url = this.evaluators[0]!.url): Promise<Answer> {
    return call('POST', `${url}/api/flags/evaluate`, { context: USER }, bearer(this.asking.key));
  }

  /** One stream of every streamer. */
  streams(key = this.asking.key, from = this.streamers): Promise<readonly StreamListener[]> {
    return Promise.all(from.map(({ url }) => StreamListener.open(`${url}/api/flags/stream`, key)));
  }

  /** Evaluates on every evaluator without a pause; the returned function stops it and returns the values that came. */
  load(): () => Promise<ReadonlySet<unknown>> {
    const came = new Set<unknown>();
    let isRunning = true;
    const asking = (async () => {
      for (; isRunning; await sleep(PAUSE_MS)) for (const value of await this.values()) came.add(value);
    })();
    return async () => {
      isRunning = false;
      await asking;
      return came;
    };
  }

  async #start(): Promise<void> {
    const env = { LOOM_DATA_DIR: this.dataDir };
    const all = (service: string) =>
      Promise.all(INSTANCES.map((LOOM_INSTANCE) => this.platform.add(service, { ...env, LOOM_INSTANCE })));
    [this.evaluators, this.streamers] = await Promise.all([all('evaluation'), all('streaming')]);
  }
}

/** Starts a process without a snapshot, which does not become ready. */
export async function startBlank(platform: Platform, service: string, dataDir: string): Promise<Member> {
  const port = String(await freePort());
  const env = { ...platform.env, LOOM_DATA_DIR: dataDir, LOOM_HTTP_PORT: port };
  const program = new Program({ entry: `dist/apps/${service}/src/main.js`, env });
  const url = `http://127.0.0.1:${port}`;
  const isAlive = () =>
    call('GET', `${url}/livez`).then(
      ({ status }) => status === 200,
      () => false,
    );
  await until(isAlive, 30_000);
  return { url, program };
}

/** How many snapshot files of a folder stand at a version. */
export async function snapshotsAt(version: string, dataDir: string): Promise<number> {
  const files = (await readdir(dataDir)).filter((name) => name.endsWith('.json'));
  const texts = await Promise.all(files.map((name) => readFile(join(dataDir, name), 'utf8').catch(() => '')));
  return texts.filter((text) => holds(text, version)).length;
}

/** Whether a snapshot stands at a version `<epoch>.<platform>.<org>` in some organization, and knows a key. */
function holds(text: string, version: string): boolean {
  const lines = text
    .split('\n')
    .slice(1, -2)
    .map((line) => JSON.parse(line) as { version?: number; record?: object });
  const org = Number(version.split('.')[2]);
  return lines.some((line) => line.version === org) && lines.some((line) => line.record !== undefined);
}

type Valued = { readonly value?: unknown };

async function valuesFrom(url: string, { key, flag }: Asking): Promise<unknown[]> {
  const post = <T>(path: string, context: object) => call<T>('POST', url + path, { context }, bearer(key));
  const [native, many, single, bulk] = await Promise.all([
    post<Valued>(`/api/flags/evaluate/${flag}`, USER),
    post<{ results?: Valued[] }>('/api/flags/evaluate', USER),
    post<Valued>(`/ofrep/v1/evaluate/flags/${flag}`, TARGET),
    post<{ flags?: Valued[] }>('/ofrep/v1/evaluate/flags', TARGET),
  ]);
  const found = [native.body, many.body.results?.[0], single.body, bulk.body.flags?.[0]];
  return [native, many, single, bulk].map(({ status }, n) => (status === 200 ? found[n]?.value : status));
}
