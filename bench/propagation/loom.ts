import { startPlatform, type Platform } from '#libs/testing';
import type { PrivateServers } from '#libs/local-servers';
import { newWorkplace, until } from '../../e2e/support/api.js';
import { JsonClient, type Answer } from './json-client.js';
import { StreamClient, type Heard } from './stream-client.js';

const FLAG = 'checkout';
const CONFIG = `/flags/${FLAG}/configs/dev`;
const OFREP = `/ofrep/v1/evaluate/flags/${FLAG}`;
const QUESTION = { context: { targetingKey: 'user_1' } };
const PATIENCE_MS = 5_000;

export interface StreamTimes {
  /** From sending the PATCH to its answer. */
  readonly answered: number;
  /** From sending the PATCH to the event parsed. */
  readonly told: number;
}

/** The platform with two evaluators, a boolean flag in it, and somebody who turns it on and off. */
export class Loom {
  #isOn = false;

  private constructor(
    private readonly platform: Platform,
    private readonly config: string,
    private readonly manager: JsonClient,
    private readonly evaluators: readonly JsonClient[],
    private readonly stream: StreamClient,
  ) {}

  static async start(servers: PrivateServers): Promise<Loom> {
    const platform = await startPlatform(servers, 'standalone');
    const { url } = await platform.add('evaluation');
    const { person, keys } = await newWorkplace(platform, 'Bench');
    await person.must('POST', '/flags', { key: FLAG, name: 'Checkout', type: 'boolean' });
    await person.must('PATCH', CONFIG, { rules: [{ conditions: [], serve: { variant: 'on' } }] });
    const headers = { authorization: `Bearer ${keys.dev.server}` };
    const stream = await StreamClient.open(`${platform.baseUrl}/api/flags/stream`, headers);
    const evaluators = [platform.baseUrl, url].map((base) => new JsonClient(base, keys.dev.server));
    const manager = new JsonClient(platform.baseUrl, person.accessToken);
    const loom = new Loom(platform, `/api/orgs/${person.org}${CONFIG}`, manager, evaluators, stream);
    await loom.#check();
    return loom;
  }

  /** One change as a reader of the stream sees it, in milliseconds. Nobody evaluates meanwhile. */
  async changeToStream(): Promise<StreamTimes> {
    const start = performance.now();
    const { answer, told } = await this.#change();
    return { answered: answer.at - start, told: told.at - start };
  }

  /** One change as each evaluator answers it, in milliseconds: they are asked in turn, without a pause, until both know. */
  async changeToEvaluators(): Promise<readonly number[]> {
    const start = performance.now();
    const changed = this.#change();
    const seen = this.evaluators.map(() => Number.NaN);
    while (seen.some(Number.isNaN)) {
      for (const [index, evaluator] of this.evaluators.entries()) {
        if (Number.isNaN(seen[index])) seen[index] = await this.#askOnce(evaluator, start);
      }
      if (performance.now() - start > PATIENCE_MS) throw new Error('An evaluator does not learn of the change');
    }
    await changed;
    return seen;
  }

  async stop(): Promise<void> {
    this.stream.close();
    for (const client of [this.manager, ...this.evaluators]) client.close();
    await this.platform.stop();
  }

  /** Milliseconds since `start` when the evaluator knows, NaN when it does not yet. */
  async #askOnce(evaluator: JsonClient, start: number): Promise<number> {
    const { body, at } = await evaluator.send('POST', OFREP, QUESTION);
    return valueOf(body) === this.#isOn ? at - start : Number.NaN;
  }

  /** Turns the flag round. Resolves when both the caller and the stream know; they must have been told the same version. */
  async #change(): Promise<{ answer: Answer; told: Heard }> {
    const wanted = (this.#isOn = !this.#isOn);
    const [answer, told] = await Promise.all([
      this.manager.send('PATCH', this.config, { enabled: wanted }),
      this.stream.next(({ event, data }) => event === 'flag.updated' && enabledOf(data) === wanted),
    ]);
    if (told.id !== answer.version) throw new Error(`The stream told ${told.id}, the answer said ${answer.version}`);
    return { answer, told };
  }

  /** On and off again: the stream and both evaluators must say so before anything is timed. */
  async #check(): Promise<void> {
    for (const wanted of [true, false]) {
      await this.changeToStream();
      for (const evaluator of this.evaluators) {
        await until(async () => valueOf((await evaluator.send('POST', OFREP, QUESTION)).body) === wanted);
      }
    }
  }
}

/** As a client reads it: a disabled flag has no value, and the code's default, false here, holds. */
function valueOf(body: string): boolean {
  return (JSON.parse(body) as { value?: boolean }).value ?? false;
}

function enabledOf(data: unknown): boolean {
  return (data as { data: { enabled: boolean } }).data.enabled;
}
