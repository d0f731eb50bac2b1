import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { FaultProxy } from './fault-proxy.js';

describe('FaultProxy', () => {
  let echo: Server;
  let proxy: FaultProxy;
  const open: Socket[] = [];
  const received: string[] = [];

  beforeAll(async () => {
    echo = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.on('data', (data) => received.push(data.toString()));
      socket.pipe(socket);
    });
    await new Promise<void>((resolve) => echo.listen(0, '127.0.0.1', resolve));
  });
  beforeEach(async () => {
    proxy = await FaultProxy.before(`tcp://user:secret@127.0.0.1:${(echo.address() as AddressInfo).port}`);
  });
  afterEach(async () => {
    for (const socket of open.splice(0)) socket.destroy();
    await proxy.stop();
  });
  afterAll(() => echo.close());

  const client = async (): Promise<Socket> => {
    const socket = connect(Number(new URL(proxy.url).port), '127.0.0.1');
    open.push(socket);
    socket.on('error', () => undefined);
    await new Promise<void>((resolve) => socket.once('connect', resolve).once('close', () => resolve()));
    return socket;
  };
  const answer = (socket: Socket, text: string): Promise<string> =>
    new Promise((resolve) => {
      if (socket.destroyed) resolve('closed');
      socket.once('data', (data) => resolve(data.toString()));
      socket.once('close', () => resolve('closed'));
      socket.write(text);
    });
  const silence = (): Promise<string> => new Promise((resolve) => setTimeout(() => resolve('silence'), 100));

  it('passes bytes both ways, and keeps the credentials in its URL', async () => {
    expect(await answer(await client(), 'hello')).toBe('hello');
    expect(proxy.url).toMatch(/^tcp:\/\/user:secret@127\.0\.0\.1:\d+$/);
  });

  it('cut, it resets open and new connections; restored, it passes again', async () => {
    const before = await client();
    await answer(before, 'hello');
    const ended = new Promise((resolve) => before.once('close', resolve));

    proxy.cut();

    await ended;
    expect(await answer(await client(), 'hello')).toBe('closed');
    proxy.restore();
    expect(await answer(await client(), 'hello')).toBe('hello');
  });

  it('as a black hole, it keeps everything open and lets nothing through', async () => {
    const before = await client();
    await answer(before, 'hello');

    proxy.blackhole();

    expect(await Promise.race([answer(before, 'lost'), silence()])).toBe('silence');
    expect(await Promise.race([answer(await client(), 'lost'), silence()])).toBe('silence');
    expect(before.destroyed).toBe(false);
    const ended = new Promise((resolve) => before.once('close', resolve));
    proxy.restore();
    await ended;
    expect(await answer(await client(), 'hello')).toBe('hello');
  });

  it('deaf, it loses answers and no requests', async () => {
    const before = await client();
    await answer(before, 'hello');

    proxy.deafen();

    expect(await Promise.race([answer(before, 'stored'), silence()])).toBe('silence');
    expect(received.at(-1)).toBe('stored');
    const ended = new Promise((resolve) => before.once('close', resolve));
    proxy.restore();
    await ended;
    expect(await answer(await client(), 'hello')).toBe('hello');
  });
});
