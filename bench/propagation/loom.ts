import { newWorkplace, type Platform, startPlatform, until } from '#libs/testing';
import { ApiClient, bearer, type PrivateServers } from '#libs/local-servers';
import { StreamClient, type ReceivedEvent } from './stream-client.js';

const FLAG = 'checkout';
const CONFIG = `/flags/${FLAG}/configs/dev`;
const OFREP = `/ofrep/v1/evaluate/flags/${FLAG}`;
const QUESTION = { context: { targetingKey: 'user_1' } };
const PATIENCE_MS = 5_000;

export interface StreamTimes {
  /** From sending the PATCH to its answer. */
  readonly answered: number;
  /** From sending the PATCH to the event parsed. */
  readonly received: number;
}

interface Answered {
  /** The `Loom-Version` header. */
  readonly version: string | null;
  /** `performance.now()` when the answer was there. */
  readonly at: number;
}

/** The platform with two evaluators, a boolean flag in it, and a client that turns it on and off. */
export class Loom {
  #isOn = false;

  private constructor(
    private readonly platform: Platform,
    private readonly config: string,
    private readonly manager: ApiClient,
    private readonly evaluators: readonly ApiClient[],
    private readonly stream: StreamClient,
  ) {}

  static async start(servers: PrivateServers): Promise<Loom> {
    const platform = await startPlatform(servers, 'standalone');
    const { url } = await platform.add('evaluation');
    const { person, keys } = await newWorkplace(platform, 'Bench');
    await person.must('POST', '/flags', { key: FLAG, name: 'Checkout', type: 'boolean' });
    await person.must('PATCH', CONFIG, { rules: [{ conditions: [], serve: { variant: 'on' } }] });
    const headers = bearer(keys.dev.server);
    const stream = await StreamClient.open(`${platform.baseUrl}/api/flags/stream`, headers);
    const evaluators = [platform.baseUrl, url].map((base) => new ApiClient(base, keys.dev.server));
    const manager = new ApiClient(platform.baseUrl, person.accessToken);
    const loom = new Loom(platform, `/api/orgs/${person.org}${CONFIG}`, manager, evaluators, stream);
    await loom.#check();
    return loom;
  }

  /** One change as a reader of the stream sees it, in milliseconds, without evaluations meanwhile. */
  async changeToStream(): Promise<StreamTimes> {
    const start = performance.now();
    const { answer, received } = await this.#change();
    return { answered: answer.at - start, received: received.at - start };
  }

  /** One change as each evaluator answers it, in milliseconds: both are asked in turn, without a pause, until both have it. */
  async changeToEvaluators(): Promise<readonly number[]> {
    const start = performance.now();
    const changed = this.#change();
    const seen = this.evaluators.map(() => Number.NaN);
    while (seen.some(Number.isNaN)) {
      for (const [index, evaluator] of this.evaluators.entries()) {
        if (Number.isNaN(seen[index])) seen[index] = await this.#askOnce(evaluator, start);
      }
      if (performance.now() - start > PATIENCE_MS) throw new Error('The change does not reach an evaluator');
    }
    await changed;
    return seen;
  }

  async stop(): Promise<void> {
    this.stream.close();
    await this.platform.stop();
  }

  /** Milliseconds since `start` when the evaluator has the change, NaN when it has not yet. */
  async #askOnce(evaluator: ApiClient, start: number): Promise<number> {
    const value = await evaluate(evaluator);
    return value === this.#isOn ? performance.now() - start : Number.NaN;
  }

  /** Toggles the flag. Resolves with the answer and the event, which must carry the same version. */
  async #change(): Promise<{ answer: Answered; received: ReceivedEvent }> {
    const wanted = (this.#isOn = !this.#isOn);
    const [answer, received] = await Promise.all([
      this.#patch({ enabled: wanted }),
      this.stream.next(({ event, data }) => event === 'flag.updated' && enabledOf(data) === wanted),
    ]);
    if (received.id !== answer.version) throw new Error(`The stream has ${received.id}, the answer ${answer.version}`);
    return { answer, received };
  }

  async #patch(config: object): Promise<Answered> {
    const answer = await this.manager.ask('PATCH', this.config, config);
    const at = performance.now();
    if (answer.status >= 300) throw new Error(`PATCH: ${answer.status} ${JSON.stringify(answer.body)}`);
    return { version: answer.headers.get('loom-version'), at };
  }

  /** Toggles twice: the stream and both evaluators must follow before anything is timed. */
  async #check(): Promise<void> {
    for (const wanted of [true, false]) {
      await this.changeToStream();
      for (const evaluator of this.evaluators) {
        await until(async () => (await evaluate(evaluator)) === wanted);
      }
    }
  }
}

/** As a client reads it: a disabled flag has no value, and the code's default, false here, holds. */
async function evaluate(evaluator: ApiClient): Promise<boolean> {
  const { value = false } = await evaluator.must<{ value?: boolean }>('POST', OFREP, QUESTION);
  return value;
}

function enabledOf(data: unknown): boolean {
  return (data as { data: { enabled: boolean } }).data.enabled;
}
