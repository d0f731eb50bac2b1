import { setTimeout as sleep } from 'node:timers/promises';
import { bearer, call, privateServers } from '#libs/local-servers';
import { newWorkplace, startPlatform, StreamFlood } from '#libs/testing';
import { atMost, type Report } from '../report.js';
import { quantile } from '../statistics.js';

const ASKED = 10_000;
const OPEN_FILES = 4_096;
/** All but the 1,024 files that are kept back. */
const PLACES = 3_072;
const SLOWEST_MS = 1_000;

/** Ten thousand streams asked of one process that may open 4,096 files, while readiness and evaluation are asked for. */
export async function measureFewFiles(report: Report): Promise<void> {
  const servers = await privateServers();
  const platform = await startPlatform(servers, 'standalone', {}, { openFiles: OPEN_FILES });
  try {
    const { person, keys } = await newWorkplace(platform, 'Bench');
    await person.must('POST', '/flags', { key: 'checkout', name: 'x', type: 'boolean' });
    const flood = new StreamFlood(platform.baseUrl, '/api/flags/stream', bearer(keys.dev.client));
    const probe = new Probe(platform.baseUrl, keys.dev.server);
    await flood.ask(ASKED);
    const times = await probe.stop();
    const [opened, refused] = [flood.count(200), flood.count(503)];
    flood.close();
    const isExact = opened === PLACES && refused === ASKED - PLACES;
    const bar = { text: `${PLACES} opened, the rest 503`, isMet: isExact };
    report.add({ metric: `${ASKED} streams asked, ${OPEN_FILES} files: opened`, unit: 'streams', ours: opened, bar });
    report.add({
      metric: 'readiness and evaluation meanwhile, slowest',
      unit: 'ms',
      ours: quantile(times, 1),
      bar: atMost(SLOWEST_MS, quantile(times, 1), 'ms'),
    });
  } finally {
    await platform.stop();
    await servers.stop();
  }
}

/** Asks for readiness and an evaluation, each over a connection of its own, until it is stopped. */
class Probe {
  readonly #times: number[] = [];
  #isRunning = true;
  readonly #running: Promise<void>;

  constructor(
    private readonly url: string,
    private readonly key: string,
  ) {
    this.#running = this.#run();
    // Its failure is thrown by `stop`.
    this.#running.catch(() => undefined);
  }

  /** Milliseconds of each answer. @throws Error when one was not 200 */
  async stop(): Promise<readonly number[]> {
    this.#isRunning = false;
    await this.#running;
    return this.#times;
  }

  async #run(): Promise<void> {
    for (; this.#isRunning; await sleep(20)) {
      await this.#ask('GET', '/readyz');
      await this.#ask('POST', '/api/flags/evaluate', { context: { user_id: 'u1' } });
    }
  }

  async #ask(method: string, path: string, body?: object): Promise<void> {
    const start = performance.now();
    const { status } = await call(method, this.url + path, body, { ...bearer(this.key), connection: 'close' });
    if (status !== 200) throw new Error(`${method} ${path} answered ${status}`);
    this.#times.push(performance.now() - start);
  }
}
