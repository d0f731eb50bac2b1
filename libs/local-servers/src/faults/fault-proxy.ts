import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

type State = 'passing' | 'cut' | 'blackhole' | 'deaf';

/**
 * A TCP proxy on 127.0.0.1 between one process and a server, which simulates faults of the network: only this process is cut off,
 * the others go on.
 */
export class FaultProxy {
  #state: State = 'passing';
  readonly #sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    private readonly target: URL,
  ) {
    server.on('connection', (client) => this.#accept(client));
  }

  /** `target` is the URL of the server it leads to: `nats://user:password@127.0.0.1:4222`. */
  static async before(target: string): Promise<FaultProxy> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new FaultProxy(server, new URL(target));
  }

  /** The target's URL with the proxy in its place; credentials stay. */
  get url(): string {
    const url = new URL(this.target);
    url.hostname = '127.0.0.1';
    url.port = String((this.server.address() as AddressInfo).port);
    return url.href.replace(/\/$/, '');
  }

  /** Resets every connection, and every new one: the server is gone. */
  cut(): void {
    this.#state = 'cut';
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  /** Connections stay and new ones are made, but nothing gets through: the packets are lost. */
  blackhole(): void {
    this.#state = 'blackhole';
  }

  /** The server's bytes are lost; the client's arrive. */
  deafen(): void {
    this.#state = 'deaf';
  }

  /** New connections pass again. Open connections that lost bytes are reset, since their streams have gaps. */
  restore(): void {
    if (this.#state === 'blackhole' || this.#state === 'deaf')
      for (const socket of this.#sockets) socket.resetAndDestroy();
    this.#state = 'passing';
  }

  /** From now on it leads to another server, with the same credentials; open connections are reset. */
  leadTo(target: string): void {
    const { hostname, port } = new URL(target);
    this.target.hostname = hostname;
    this.target.port = port;
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }

  #accept(client: Socket): void {
    if (this.#state === 'cut') return void client.resetAndDestroy();
    this.#watch(client);
    if (this.#state === 'blackhole') return void client.resume();
    const upstream = connect(Number(this.target.port), this.target.hostname);
    this.#watch(upstream);
    this.#join(client, upstream, () => this.#state === 'passing' || this.#state === 'deaf');
    this.#join(upstream, client, () => this.#state === 'passing');
  }

  #join(from: Socket, to: Socket, passes: () => boolean): void {
    from.on('data', (chunk) => {
      if (!passes()) return;
      if (!to.write(chunk)) from.pause();
    });
    to.on('drain', () => from.resume());
    from.on('close', () => {
      if (this.#state !== 'blackhole') to.destroy();
    });
  }

  #watch(socket: Socket): void {
    this.#sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.#sockets.delete(socket));
  }
}
