import { get, type ClientRequest, type IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

export interface ReaderOptions {
  /** The addresses to connect to; each reconnect takes the next. */
  readonly urls: readonly string[];
  readonly key: string;
  readonly resume?: boolean;
  /** The longest pause before it reconnects. Default: 100. */
  readonly pauseMs?: number;
  /** Does not read what arrives. */
  readonly stalls?: boolean;
}
interface Message {
  readonly event: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** The two counts of a version. */
export function versionsOf(id: string): { readonly platform: number; readonly org: number } {
  const [, platform, org] = id.split('.').map(Number);
  return { platform: platform ?? Number.NaN, org: org ?? Number.NaN };
}

/** One of many readers of a stream. Like an SDK, it holds the state and reconnects when it is cut. */
export class Reader {
  /** Versions of the organization in events of flags, and of the platform in events of kill switches. */
  readonly flagVersions: number[] = [];
  readonly switchVersions: number[] = [];
  /** The first event of each connection. */
  readonly beginnings: string[] = [];
  /** Flags that are on, and active switches, by key. */
  readonly enabled = new Map<string, boolean>();
  readonly switches = new Set<string>();
  /** Ids that were lower than an earlier one. */
  readonly falls: string[] = [];
  #lastId: string | undefined;
  #turn = 0;
  #rest = '';
  #request: ClientRequest | undefined;
  #isClosed = false;

  constructor(private readonly options: ReaderOptions) {
    void this.#stay();
  }

  get lastId(): string | undefined {
    return this.#lastId;
  }

  /** Breaks the connection, as a failing network does: the reader reconnects at once. */
  cut(): void {
    this.#request?.destroy();
  }

  close(): void {
    this.#isClosed = true;
    this.cut();
  }

  async #stay(): Promise<void> {
    while (!this.#isClosed) {
      const { urls, pauseMs = 100 } = this.options;
      await this.#once(urls[this.#turn++ % urls.length]!).catch(() => undefined);
      if (!this.#isClosed) await sleep(Math.random() * pauseMs);
    }
  }

  /** Resolves when the stream is over. */
  #once(url: string): Promise<void> {
    const { key, resume = false, stalls = false } = this.options;
    const last = this.#lastId === undefined ? {} : { 'last-event-id': this.#lastId };
    const headers = { authorization: `Bearer ${key}`, 'x-loom-lib': 'readers', 'x-loom-lib-version': '1', ...last };
    this.#rest = '';
    return new Promise((resolve, reject) => {
      const answered = (response: IncomingMessage): void => {
        response.once('close', resolve).once('error', reject);
        if (response.statusCode !== 200 || !stalls)
          response.setEncoding('utf8').on('data', (text: string) => this.#receive(text));
      };
      const path = `${url}/api/flags/stream${resume ? '?resume=true' : ''}`;
      this.#request = get(path, { headers, agent: false }, answered).once('error', reject).once('close', resolve);
    });
  }

  #receive(text: string): void {
    const messages = (this.#rest + text).split('\n\n');
    this.#rest = messages.pop() ?? '';
    for (const message of messages) {
      const id = /^id: (.*)$/m.exec(message)?.[1];
      const data = /^data: (.*)$/m.exec(message)?.[1];
      if (id !== undefined) this.#move(id);
      if (id !== undefined && data !== undefined) this.#take(id, JSON.parse(data) as Message);
    }
  }

  #move(id: string): void {
    const [now, before] = [versionsOf(id), versionsOf(this.#lastId ?? '0.0.0')];
    if (now.platform < before.platform || now.org < before.org) this.falls.push(`${this.#lastId} → ${id}`);
    this.#lastId = id;
  }

  #take(id: string, { event, data }: Message): void {
    if (event === 'init' || event === 'resumed') this.beginnings.push(event);
    if (event === 'init') {
      this.enabled.clear();
      this.switches.clear();
      for (const flag of data['flags'] as Message['data'][]) this.#flag(flag);
      for (const one of data['kill_switches'] as Message['data'][]) this.switches.add(String(one['kill_switch_key']));
    } else if (event.startsWith('flag.')) {
      this.flagVersions.push(versionsOf(id).org);
      this.#flag(data);
    } else if (event.startsWith('killswitch.')) {
      this.switchVersions.push(versionsOf(id).platform);
      if (event.endsWith('.activated')) this.switches.add(String(data['kill_switch_key']));
      else this.switches.delete(String(data['kill_switch_key']));
    }
  }

  #flag({ flag_key, enabled }: Message['data']): void {
    this.enabled.set(String(flag_key), enabled === true);
  }
}
