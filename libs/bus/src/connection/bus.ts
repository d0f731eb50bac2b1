import { connect, type Msg, type NatsConnection, type Subscription } from '@nats-io/transport-node';
import { AppError } from '#libs/kernel';
import type { Logger } from '#libs/observability';

export interface BusSettings {
  /** `nats://user:password@host:port`; several servers are joined by commas. User and password are those of the first. */
  readonly url: string;
  /** Name of the connection on the server, and part of the subjects for replies: `_INBOX.<name>.…`. */
  readonly name: string;
}
/** Size of the largest message that facts may need: the server must be configured with `max_payload: 8MB`. */
const NEEDED_PAYLOAD_BYTES = 8 * 1024 * 1024;

export type MessageHandler = (message: Msg) => void | Promise<void>;
/** A subscription that exists on the server whenever it is connected. */
interface Registration {
  readonly subject: string;
  readonly queue?: string;
  readonly handler: MessageHandler;
}

/**
 * The one NATS connection of a process. It connects in the background and retries without end. Subscriptions may be made before
 * the first connect, and are restored after each reconnect. While the server is unreachable, calls fail at once.
 */
export class Bus {
  #connection: NatsConnection | undefined;
  #connected = false;
  #stopped = false;
  readonly #registrations = new Set<Registration>();
  readonly #active = new Map<Registration, Subscription>();
  readonly #running = new Set<Promise<void>>();
  readonly #connectListeners: (() => void)[] = [];
  #ready: Promise<NatsConnection> | undefined;

  constructor(
    private readonly settings: BusSettings,
    private readonly logger: Logger,
  ) {}

  /** Whether messages can be sent now. */
  get connected(): boolean {
    return this.#connected;
  }

  /** Size of the largest message that the connected server accepts, in bytes. Default before the first connect: 1 MiB. */
  get maxPayloadBytes(): number {
    return this.#connection?.info?.max_payload ?? 1024 * 1024;
  }

  /**
   * For the health check.
   * @throws Error when the server is unreachable, does not answer, or accepts only smaller messages than facts need
   */
  async check(): Promise<void> {
    await this.live().rtt();
    if (this.maxPayloadBytes < NEEDED_PAYLOAD_BYTES) {
      throw new Error(
        `max_payload of NATS is ${this.maxPayloadBytes} bytes: set max_payload: 8MB in its configuration`,
      );
    }
  }

  /** Begins to connect in the background. */
  start(): void {
    this.#ready = this.#connect();
    this.#ready.catch((error: unknown) => this.logger.error({ err: error }, 'the connection to NATS cannot be made'));
  }

  /** Resolves with the first connection, without a deadline. @throws AppError `bus_unavailable` before `start` */
  async connection(): Promise<NatsConnection> {
    if (this.#ready === undefined) throw new AppError('bus_unavailable', 'The connection to NATS is not started');
    return this.#ready;
  }

  /**
   * Returns the connection when the server is reachable now, so that nothing is sent late from a buffer.
   * @throws AppError `bus_unavailable` otherwise
   */
  live(): NatsConnection {
    if (this.#connection === undefined || !this.#connected) {
      throw new AppError('bus_unavailable', 'The message bus is not reachable; try again shortly');
    }
    return this.#connection;
  }

  /** Calls the listener after each connect and reconnect: core subscriptions miss what is published in between. */
  onConnect(listener: () => void): void {
    this.#connectListeners.push(listener);
    if (this.#connected) listener();
  }

  /**
   * Makes a core subscription (delivery at most once). An error of the handler is logged, and the subscription continues.
   * @param queue name of a queue group: each message goes to one of its members
   * @returns a function that ends the subscription
   */
  subscribe(subject: string, handler: MessageHandler, queue?: string): () => void {
    const registration = { subject, handler, queue };
    this.#registrations.add(registration);
    if (this.#connection !== undefined) this.#subscribe(this.#connection, registration);
    return () => this.#unsubscribe(registration);
  }

  /** Resolves when the server has processed every subscription made so far. */
  async flush(): Promise<void> {
    await (await this.connection()).flush();
  }

  /** Ends the subscriptions, waits for running handlers, sends queued messages and closes the connection. */
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
    for (const registration of this.#registrations) this.#subscribe(connection, registration);
    void this.#watch(connection);
    this.#connectionUp();
    return connection;
  }

  #subscribe(connection: NatsConnection, registration: Registration): void {
    const { subject, queue, handler } = registration;
    const callback = (error: Error | null, message: Msg): void => {
      if (error !== null) return this.logger.error({ err: error, subject }, 'a subscription failed');
      this.#run(subject, handler, message);
    };
    this.#active.set(registration, connection.subscribe(subject, { queue, callback }));
  }

  #unsubscribe(registration: Registration): void {
    this.#registrations.delete(registration);
    this.#active.get(registration)?.unsubscribe();
    this.#active.delete(registration);
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

  #connectionUp(): void {
    this.#connected = true;
    if (this.maxPayloadBytes < NEEDED_PAYLOAD_BYTES) {
      const needed = { max_payload: this.maxPayloadBytes, needed: NEEDED_PAYLOAD_BYTES };
      this.logger.error(needed, 'NATS refuses messages that facts may need: set max_payload: 8MB');
    }
    for (const listener of this.#connectListeners) listener();
  }

  async #watch(connection: NatsConnection): Promise<void> {
    for await (const status of connection.status()) {
      if (status.type === 'disconnect' || status.type === 'staleConnection' || status.type === 'close') {
        if (this.#connected && !this.#stopped) this.logger.warn({ status: status.type }, 'NATS is away');
        this.#connected = false;
      } else if (status.type === 'reconnect') {
        this.logger.info({ server: status.server }, 'NATS is back');
        this.#connectionUp();
      } else if (status.type === 'error' || status.type === 'slowConsumer') {
        this.logger.error(
          { status: status.type, err: 'error' in status ? status.error : undefined },
          'NATS reports an error',
        );
      }
    }
    this.#connected = false;
  }
}

/** Splits user and password from the URL, since the client takes them as separate options. */
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
