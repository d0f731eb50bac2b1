import { jetstream } from '@nats-io/jetstream';
import { AppError } from '#libs/kernel';
import type { Rpc, RpcRequest } from '#libs/contracts';
import { privateServers, type PrivateServers } from '#libs/local-servers';
import { createLogger } from '#libs/observability';
import { Bus } from './bus.js';
import { RpcClient } from '../rpc/rpc-client.js';
import { RpcServer } from '../rpc/rpc-server.js';
import { checkTopology, ensureTopology } from '../topology/topology.js';

const echo: Rpc<{ text: string }, { text: string }> = { subject: 'rpc.test.echo' };
const refuse: Rpc<Record<string, never>, never> = { subject: 'rpc.test.refuse' };
const crash: Rpc<Record<string, never>, never> = { subject: 'rpc.test.crash' };
const nothing: Rpc<Record<string, never>, null> = { subject: 'rpc.test.nothing' };
const slow: Rpc<{ ms: number }, string> = { subject: 'rpc.test.slow' };
const long: Rpc<{ characters: number }, string> = { subject: 'rpc.test.long' };
const absent: Rpc<Record<string, never>, never> = { subject: 'rpc.test.absent' };

const answered: string[] = [];

const handlers: Readonly<Record<string, (request: RpcRequest<never>) => Promise<unknown>>> = {
  [echo.subject]: async ({ command }: RpcRequest<{ text: string }>) => {
    answered.push(command.text);
    return { text: command.text };
  },
  [refuse.subject]: async () => {
    throw new AppError('version_conflict', 'Too late', [{ message: 'is at 7', version: 7 }]);
  },
  [crash.subject]: async () => {
    throw new Error('secret detail');
  },
  [long.subject]: async ({ command }: RpcRequest<{ characters: number }>) => '語'.repeat(command.characters),
  [nothing.subject]: async () => undefined,
  [slow.subject]: async ({ command }: RpcRequest<{ ms: number }>) => {
    await new Promise((resolve) => setTimeout(resolve, command.ms));
    return 'done';
  },
};

/** Answers RPC requests with the handlers above. */
async function serve(bus: Bus): Promise<void> {
  const server = new RpcServer(bus, logger);
  for (const [subject, handler] of Object.entries(handlers)) server.addHandler(subject, handler);
  await new Promise<void>((resolve) => server.listen(resolve));
  await bus.flush();
}

const logger = createLogger({ service: 'test', level: 'silent' });
const STREAM = { name: 'FLAGS', subjects: ['flag.>'], retention: 'limits', maxBytes: 1e6 } as const;
const DEAD = { name: 'DEAD', subjects: ['dead.>'], retention: 'limits', maxBytes: 1e6 } as const;
const DURABLE = { name: 'test-consumer', stream: 'FLAGS', filter: 'flag.>' } as const;

describe('messaging over a real NATS', () => {
  let servers: PrivateServers;
  let bus: Bus;
  const open: Bus[] = [];
  const newBus = (name: string): Bus => {
    const created = new Bus({ url: servers.natsUrl, name }, logger);
    open.push(created);
    created.start();
    return created;
  };

  beforeAll(async () => {
    servers = await privateServers();
    bus = newBus('client');
    const topology = { streams: [STREAM, DEAD], durables: [DURABLE], replicas: 1 };
    await ensureTopology(await bus.connection(), topology);
    await ensureTopology(await bus.connection(), topology); // idempotent
  }, 60_000);
  afterAll(async () => {
    await Promise.all(open.map((one) => one.drain()));
    await servers.stop();
  });

  it('passes the health check only when max_payload of the server is large enough', async () => {
    await bus.connection();
    await expect(bus.check()).resolves.toBeUndefined();
    const small = await privateServers({ nats: { extraConfig: 'max_payload: 1MB' } });
    const limited = new Bus({ url: small.natsUrl, name: 'limited' }, logger);
    limited.start();
    await limited.connection();
    await expect(limited.check()).rejects.toThrow('max_payload');
    await limited.drain();
    await small.stop();
  });

  describe('request/reply', () => {
    let rpc: RpcClient;

    beforeAll(async () => {
      await serve(newBus('service'));
      rpc = new RpcClient(bus);
    });

    it('returns the answer of the handler, and null for undefined', async () => {
      expect(await rpc.ask(echo, { text: 'hé' })).toEqual({ text: 'hé' });
      expect(await rpc.ask(nothing, {})).toBeNull();
    });

    it('passes an AppError with code, details and status, and hides the text of other errors', async () => {
      await expect(rpc.ask(refuse, {})).rejects.toMatchObject({
        code: 'version_conflict',
        details: [{ version: 7 }],
        status: 412,
      });
      await expect(rpc.ask(crash, {})).rejects.toMatchObject({
        code: 'internal',
        message: expect.not.stringMatching('secret'),
      });
    });

    it('answers a malformed request with an error code', async () => {
      for (const payload of ['', '{', 'null', '[]', '"x"']) {
        const answer = await (await bus.connection()).request(echo.subject, payload, { timeout: 2_000 });
        expect(answer.json()).toMatchObject({ ok: false, error: { code: expect.stringMatching(/^invalid_/) } });
      }
    });

    it('is handled by one process, also when processes of different names answer the subject', async () => {
      const other = newBus('other');
      await serve(other);
      answered.length = 0;
      await Promise.all(Array.from({ length: 20 }, (_, i) => rpc.ask(echo, { text: `n${i}` })));
      await other.drain();
      expect(answered.toSorted()).toEqual(Array.from({ length: 20 }, (_, i) => `n${i}`).toSorted());
    });

    it('replies to inboxes only, so that a caller cannot publish facts by a forged reply subject', async () => {
      const forged: string[] = [];
      bus.subscribe('plain.forged', (message) => void forged.push(message.string()));
      await bus.flush();
      bus.live().publish(echo.subject, JSON.stringify({ command: { text: 'x' } }), { reply: 'plain.forged' });
      expect(await rpc.ask(echo, { text: 'y' })).toEqual({ text: 'y' });
      await bus.flush();
      expect(forged).toEqual([]);
    });

    it('carries answers and requests up to the size of a message, and refuses larger ones at once', async () => {
      const [most, tooMany] = [2_700_000, 2_800_000];
      const timeoutMs = 60_000;

      expect(await rpc.ask(long, { characters: most }, undefined, { timeoutMs })).toHaveLength(most);
      await expect(rpc.ask(long, { characters: tooMany }, undefined, { timeoutMs })).rejects.toMatchObject({
        code: 'too_large',
      });
      const text = '語'.repeat(tooMany);
      await expect(rpc.ask(echo, { text }, undefined, { timeoutMs })).rejects.toMatchObject({ code: 'too_large' });
    });

    it('fails with bus_unavailable at the deadline, and at once when no process answers the subject', async () => {
      await expect(rpc.ask(slow, { ms: 500 }, undefined, { timeoutMs: 50 })).rejects.toMatchObject({
        code: 'bus_unavailable',
        retryable: true,
      });
      await expect(rpc.ask(absent, {})).rejects.toMatchObject({ code: 'bus_unavailable' });
    });
  });

  it('restores subscriptions, consumers and publishers after the server was killed', async () => {
    const received: string[] = [];
    const reconnected: number[] = [];
    bus.subscribe('plain.>', (message) => void received.push(message.string()));
    bus.onConnect(() => void reconnected.push(Date.now()));
    await bus.flush();
    await servers.nats.kill9();
    await expect(new RpcClient(bus).ask(echo, { text: 'x' })).rejects.toMatchObject({ code: 'bus_unavailable' });
    await servers.nats.restart();
    const before = reconnected.length;
    for (const end = Date.now() + 10_000; reconnected.length === before && !bus.connected;) {
      if (Date.now() > end) throw new Error('not reconnected');
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    const connection = bus.live();
    connection.publish('plain.x', 'again');
    await connection.flush();
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(received).toEqual(['again']);
    await checkTopology(connection, { streams: [STREAM, DEAD], durables: [DURABLE] });
    const ack = await jetstream(connection).publish('flag.archived.o1', 'x', { timeout: 2_000 });
    expect(ack.stream).toBe('FLAGS');
  }, 30_000);
});
