import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { once } from 'node:events';
import { boundConnections } from './bound-connections.js';

const MAX = 5;

/** A server that ends no answer of `/open`. */
async function serve(spare: number) {
  const server: Server = createServer((request, response) => {
    response.write('x');
    if (request.url !== '/open') response.end();
  });
  let max = MAX;
  boundConnections(server, { max: () => max, spare, momentMs: 500 });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const sockets: Socket[] = [];
  const dial = async (): Promise<Socket> => {
    const accepted = once(server, 'connection');
    const socket = connect(port, '127.0.0.1').on('error', () => undefined);
    sockets.push(socket);
    await accepted;
    return socket;
  };
  const ask = async (socket: Socket, path = '/'): Promise<string> => {
    socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`);
    const [data] = (await once(socket, 'data')) as [Buffer];
    return data.toString();
  };
  const stop = (): void => {
    for (const socket of sockets) socket.destroy();
    server.close();
  };
  return { dial, ask, stop, bound: (to: number) => void (max = to) };
}

const closeOf = (socket: Socket) => new Promise<void>((resolve) => socket.once('close', () => resolve()));

describe.each([
  ['at once', 0],
  ['after a moment', 3],
])('boundConnections, %s', (_when, spare) => {
  let served: Awaited<ReturnType<typeof serve>>;
  beforeEach(async () => void (served = await serve(spare)));
  afterEach(() => served.stop());
  const dialAll = async (count: number): Promise<Socket[]> => {
    const sockets: Socket[] = [];
    for (let i = 0; i < count; i += 1) sockets.push(await served.dial());
    return sockets;
  };

  it('closes a silent connection for a new one, the oldest first, before one that is kept alive', async () => {
    const [kept] = await dialAll(1);
    await served.ask(kept!);
    const [oldest, second] = await dialAll(MAX - 1);

    const closed = closeOf(oldest!);
    const next = await served.dial();
    const [answer] = await Promise.all([served.ask(next), closed]);

    expect(answer).toContain('200 OK');
    expect(await served.ask(kept!)).toContain('200 OK');
    expect(await served.ask(second!)).toContain('200 OK');
  });

  it('closes a connection that is kept alive when no other is idle', async () => {
    const [kept, ...open] = await dialAll(MAX);
    await served.ask(kept!);
    for (const socket of open) await served.ask(socket, '/open');

    const closed = closeOf(kept!);
    const next = await served.dial();
    const [answer] = await Promise.all([served.ask(next), closed]);

    expect(answer).toContain('200 OK');
  });

  it('closes no connection that has a request: the new one instead, beyond all bounds', async () => {
    served.bound(100);
    const open = await dialAll(MAX + spare);
    for (const socket of open) await served.ask(socket, '/open');
    served.bound(MAX);

    await closeOf(await served.dial());

    expect(open.some((socket) => socket.destroyed)).toBe(false);
  });
});
