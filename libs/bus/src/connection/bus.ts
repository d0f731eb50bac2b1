import { connect, type Msg, type NatsConnection, type Subscription } from '@nats-io/transport-node';
import { AppError } from '#libs/kernel';
import type { Logger } from '#libs/observability';

export interface BusSettings {
  /** `nats://user:password@host:port`, several joined by commas. */
  readonly url: string;
  /** Names the connection on the server; replies come to `_INBOX.<name>.…`. */
  readonly name: string;
}
/** What our messages may need: `max_payload: 8MB` on the server. */
const NEEDED_PAYLOAD_BYTES = 8 * 1024 * 1024;

export type MessageHandler = (message: Msg) => void | Promise<void>;
interface Wanted {
  readonly subject: string;
  readonly queue?: string;
  readonly handler: MessageHandler;
}

/**
 * The one NATS connection of a process. It never blocks the start and never gives up: subscriptions are remembered and made
 * once the server is there (the client makes them again after each reconnect), calls fail at once while it is away.
 */
export class Bus {
  #connection: NatsConnection | undefined;
  #connected = false;
  #stopped = false;
  readonly #wanted = new Set<Wanted>();
  readonly #active = new Map<Wanted, Subscription>();
  readonly #running = new Set<Promise<void>>();
  readonly #onConnect: (() => void)[] = [];
  #ready: Promise<NatsConnection> | undefined;

  constructor(
    private readonly settings: BusSettings,
    private readonly logger: Logger,
  ) {}

  get connected(): boolean {
    return this.#connected;
  }

  /** The largest message the connected server takes, in bytes. */
  get maxPayloadBytes(): number {
    return this.#connection?.info?.max_payload ?? 1024 * 1024;
  }

  /** For the health check. @throws when the server is away, silent, or takes smaller messages than a fact may be */
  async check(): Promise<void> {
    await this.live().rtt();
    if (this.maxPayloadBytes < NEEDED_PAYLOAD_BYTES) {
      throw new Error(`max_payload of NATS is ${this.maxPayloadBytes} bytes; set max_payload: 8MB`);
    }
  }

  /** Begins to connect; does not wait. */
  start(): void {
    this.#ready = this.#connect();
    this.#ready.catch((error: unknown) => this.logger.error({ err: error }, 'the connection to NATS cannot be made'));
  }

  /** Resolves with the connection once there is one, however long that takes. */
  async connection(): Promise<NatsConnection> {
    if (this.#ready === undefined) throw new AppError('bus_unavailable', 'The bus is not started');
    return this.#ready;
  }

  /** The connection, if it stands now; 503 `bus_unavailable` at once otherwise, so that nothing is sent late from a buffer. */
  live(): NatsConnection {
    if (this.#connection === undefined || !this.#connected) {
      throw new AppError('bus_unavailable', 'The message bus is not reachable; try again shortly');
    }
    return this.#connection;
  }

  /** Called after the first connect and after every reconnect: what was published meanwhile is lost to core subscriptions. */
  onConnect(listener: () => void): void {
    this.#onConnect.push(listener);
    if (this.#connected) listener();
  }

  /** A core subscription (at most once). A handler that throws is logged; the subscription goes on. Answers how to end it. */
  subscribe(subject: string, handler: MessageHandler, queue?: string): () => void {
    const wanted = { subject, handler, queue };
    this.#wanted.add(wanted);
    if (this.#connection !== undefined) this.#open(this.#connection, wanted);
    return () => this.#close(wanted);
  }

  /** Resolves when the server has seen every subscription made so far. */
  async flush(): Promise<void> {
    await (await this.connection()).flush();
  }

  /** Takes nothing in any more, waits for running handlers, sends what is queued, closes. */
  async drain(): Promise<void> {
    this.#stopped = true;
    const connection = this.#connection;
    if (connection === undefined || connection.isClosed()) return;
    if (!this.#connected) return connection.close();
    await Promise.allSettled([...this.#active.values()].map((subscription) => subscription.drain()));
    await Promise.allSettled(this.#running);
    await connection.drain();
  }

  async #connect(): Promise<NatsConnection> {
    const { url, name } = this.settings;
    const { servers, user, pass } = parseServers(url);
    const connection = await connect({
      servers,
      user,
      pass,
      name,
      inboxPrefix: `_INBOX.${name}`,
      maxReconnectAttempts: -1,
      waitOnFirstConnect: true,
      reconnectTimeWait: 250,
      reconnectJitter: 250,
      pingInterval: 2_000,
      maxPingOut: 2,
      timeout: 2_000,
      ignoreAuthErrorAbort: true,
    });
    if (this.#stopped) await connection.close();
    this.#connection = connection;
    for (const wanted of this.#wanted) this.#open(connection, wanted);
    void this.#watch(connection);
    this.#up();
    return connection;
  }

  #open(connection: NatsConnection, wanted: Wanted): void {
    const { subject, queue, handler } = wanted;
    const callback = (error: Error | null, message: Msg): void => {
      if (error !== null) return this.logger.error({ err: error, subject }, 'a subscription failed');
      this.#run(subject, handler, message);
    };
    this.#active.set(wanted, connection.subscribe(subject, { queue, callback: callback as never }));
  }

  #close(wanted: Wanted): void {
    this.#wanted.delete(wanted);
    this.#active.get(wanted)?.unsubscribe();
    this.#active.delete(wanted);
  }

  #run(subject: string, handler: MessageHandler, message: Msg): void {
    const failed = (error: unknown): void => this.logger.error({ err: error, subject }, 'a message handler failed');
    try {
      const running = handler(message);
      if (running === undefined) return;
      const tracked = running.catch(failed).finally(() => this.#running.delete(tracked));
      this.#running.add(tracked);
    } catch (error) {
      failed(error);
    }
  }

  #up(): void {
    this.#connected = true;
    if (this.maxPayloadBytes < NEEDED_PAYLOAD_BYTES) {
      const needed = { max_payload: this.maxPayloadBytes, needed: NEEDED_PAYLOAD_BYTES };
      this.logger.error(needed, 'NATS refuses messages that facts may need: set max_payload: 8MB');
    }
    for (const listener of this.#onConnect) listener();
  }

  async #watch(connection: NatsConnection): Promise<void> {
    for await (const status of connection.status()) {
      if (status.type === 'disconnect' || status.type === 'staleConnection' || status.type === 'close') {
        if (this.#connected && !this.#stopped) this.logger.warn({ status: status.type }, 'NATS is away');
        this.#connected = false;
      } else if (status.type === 'reconnect') {
        this.logger.info({ server: status.server }, 'NATS is back');
        this.#up();
      } else if (status.type === 'error' || status.type === 'slowConsumer') {
        this.logger.error({ status: status.type, err: 'error' in status ? status.error : undefined }, 'NATS reports');
      }
    }
    this.#connected = false;
  }
}

/** Takes user and password out of the URL: the client wants them apart. */
function parseServers(url: string): { servers: string[]; user?: string; pass?: string } {
  const urls = url.split(',').map((text) => new URL(text.trim()));
  const first = urls[0]!;
  return {
    servers: urls.map(({ host }) => host),
    ...(first.username === ''
      ? {}
      : { user: decodeURIComponent(first.username), pass: decodeURIComponent(first.password) }),
  };
}
