import { jetstream, jetstreamManager, type StoredMsg } from '@nats-io/jetstream';
import { Registry } from 'prom-client';
import { AppError } from '#libs/kernel';
import { FlagArchivedV1, type DurableDefinition, type Fact } from '#libs/contracts';
import { privateServers, type PrivateServers } from '#libs/local-servers';
import { createLogger } from '#libs/observability';
import { until } from '#libs/testing';
import { Bus } from '../connection/bus.js';
import { ConsumerMetrics } from './consumer-metrics.js';
import { writeDeadLetter } from '../dead-letters/dead-letters.js';
import type { FactHandler } from './deliveries.js';
import { FactConsumers, type FactConsumersOptions } from './fact-consumers.js';
import { NatsFactPublisher } from '../connection/nats-fact-publisher.js';
import { ensureTopology } from '../topology/topology.js';

const STREAM = { name: 'FLAGS', subjects: ['flag.>'], retention: 'limits', maxBytes: 1e7 } as const;
const DEAD = { name: 'DEAD', subjects: ['dead.>'], retention: 'limits', maxBytes: 1e7 } as const;
/** Shorter than every wait below, so that a message that is not kept alive is delivered again. */
const ACK_WAIT_MS = 300;
const FAST = [20, 20, 20, 20, 20];
const TRIES = FAST.length + 1;
const logger = createLogger({ service: 'test', level: 'silent' });

function factText(id: string, data: unknown = { flag_key: id, version: 1 }): string {
  return JSON.stringify({
    id,
    type: FlagArchivedV1.type,
    version: 1,
    timestamp: new Date().toISOString(),
    org_id: 'o1',
    actor: { type: 'system', id: 'test' },
    data,
    metadata: { correlation_id: 'r1', source: 'test' },
  } satisfies Fact);
}

class BusWithoutServer extends Bus {
  override connection(): Promise<never> {
    return new Promise(() => undefined);
  }
}

describe('durable consumers', () => {
  let servers: PrivateServers;
  let bus: Bus;
  let durable: DurableDefinition;
  let count = 0;
  const running: FactConsumers[] = [];

  beforeAll(async () => {
    servers = await privateServers();
    bus = new Bus({ url: servers.natsUrl, name: 'consumers' }, logger);
    bus.start();
  }, 60_000);
  afterAll(async () => {
    await bus.drain();
    await servers.stop();
  });
  beforeEach(async () => {
    durable = {
      name: `test-${(count += 1)}`,
      stream: 'FLAGS',
      filter: `flag.archived.${count}`,
      ackWaitMs: ACK_WAIT_MS,
    };
    await ensureTopology(await bus.connection(), { streams: [STREAM, DEAD], durables: [durable], replicas: 1 });
  });
  afterEach(() => Promise.all(running.splice(0).map((one) => one.stop())));

  const publishText = (id: string, text: string, headers: Record<string, string> = {}) =>
    new NatsFactPublisher(bus).publish(durable.filter, text, { msgId: `${durable.name}-${id}`, headers });
  const publish = async (...ids: readonly string[]) => {
    for (const id of ids) await publishText(id, factText(id));
  };
  const consume = (handler: FactHandler, options: FactConsumersOptions = {}, of = bus) => {
    const consumers = new FactConsumers(of, logger, { backoffMs: FAST, ...options });
    running.push(consumers);
    consumers.run(durable, handler);
    return consumers;
  };
  const state = async () =>
    (await jetstreamManager(await bus.connection())).consumers.info(durable.stream, durable.name);
  const isDone = async () => {
    const { num_pending, num_ack_pending } = await state();
    return num_pending === 0 && num_ack_pending === 0;
  };
  const deadLetters = async (): Promise<StoredMsg[]> => {
    const manager = await jetstreamManager(await bus.connection());
    const { state: stream } = await manager.streams.info('DEAD');
    const seqs = Array.from({ length: stream.last_seq }, (_, i) => stream.first_seq + i);
    const all = await Promise.all(seqs.map((seq) => manager.streams.getMessage('DEAD', { seq })));
    return all.filter((letter) => letter !== null).filter(({ subject }) => subject === `dead.${durable.name}`);
  };
  const away = () => new AppError('store_unavailable', 'Postgres is away');

  it('handles each fact once, and writes dead letters for messages that are no facts', async () => {
    const handled: string[] = [];
    await publish('a', 'a'); // the same id again is one message
    await publishText('broken', factText('broken', { flag_key: 7 }), { 'ce-id': 'broken' });
    await publishText('no json', '{"secret":"hunter2"');
    await publish('b');

    consume(async ({ id }) => void handled.push(id));
    await until(isDone);

    expect(handled).toEqual(['a', 'b']);
    const letters = await deadLetters();
    expect(letters.map(({ header }) => header.get('loom-reason'))).toEqual([
      expect.stringMatching(/^not a known fact: .*flag_key/),
      'not a known fact: it is not JSON',
    ]);
    expect(letters[0]!.string()).toContain('"flag_key":7');
    const of = (name: string) => letters[0]!.header.get(name);
    expect([of('loom-subject'), of('loom-attempts'), of('loom-original-ce-id')]).toEqual([
      durable.filter,
      '1',
      'broken',
    ]);
    expect(Date.parse(of('loom-at'))).toBeLessThanOrEqual(Date.now());
  });

  it('retries a failing fact later and handles the next ones meanwhile', async () => {
    const tries: string[] = [];
    await publish('bad', 'good');
    consume(async ({ id }) => {
      tries.push(id);
      if (tries.length === 1) throw new Error('a bug');
    });
    await until(isDone);

    expect(tries).toEqual(['bad', 'good', 'bad']);
    expect(await deadLetters()).toEqual([]);
  });

  it('uses up no delivery of any message while a dependency is down, however long', async () => {
    const handled: string[] = [];
    const ids = Array.from({ length: 20 }, (_, i) => `n${i}`);
    const backAt = Date.now() + 5 * ACK_WAIT_MS;
    await publish(...ids);
    consume(async ({ id }) => {
      if (id === 'n1' && Date.now() < backAt) throw away();
      handled.push(id);
    });
    await until(isDone);

    expect(handled).toEqual(ids);
    expect((await state()).delivered.consumer_seq).toBe(ids.length);
    expect(await deadLetters()).toEqual([]);
  });

  it.each([
    ['waits for a dependency', (isBack: boolean) => (isBack ? Promise.resolve() : Promise.reject(away()))],
    ['takes long to handle', () => new Promise<void>((resolve) => setTimeout(resolve, 5 * ACK_WAIT_MS))],
  ])('does not let another process receive a message that %s', async (_what, work) => {
    const handled: string[] = [];
    const backAt = Date.now() + 5 * ACK_WAIT_MS;
    const handler: FactHandler = async ({ id }) => {
      if (id === 'held') await work(Date.now() >= backAt);
      handled.push(id);
    };
    await publish('held', 'other');
    // One consumer holds the message, the other has an open pull: the server could not redeliver to a single consumer.
    consume(handler);
    consume(handler);
    await until(isDone);

    expect(handled).toEqual(['other', 'held']);
    expect((await state()).delivered.consumer_seq).toBe(2);
  });

  it('gives a message all its tries, even after an outage and after crashes of consumers that held it', async () => {
    await publish('bad', 'good');
    const consumer = await jetstream(await bus.connection()).consumers.get(durable.stream, durable.name);
    for (let i = 0; i < TRIES; i++) expect(await consumer.next({ expires: 5_000 })).not.toBeNull();
    let tries = 0;
    const backAt = Date.now() + 3 * ACK_WAIT_MS;
    consume(async ({ id }) => {
      if (id === 'good') return;
      if (Date.now() < backAt) throw away();
      tries += 1;
      throw new Error('a bug, of mail@example.com');
    });
    await until(isDone);

    expect(tries).toBe(TRIES);
    const letters = await deadLetters();
    expect(letters.map(({ header }) => [header.get('loom-reason'), header.get('loom-attempts')])).toEqual([
      ['a bug, of [redacted]', String(TRIES)],
    ]);
  });

  it('writes a dead letter for a message that was delivered 50 times, as when it crashes its consumer', async () => {
    await publish('killer');
    const consumer = await jetstream(await bus.connection()).consumers.get(durable.stream, durable.name);
    for (let i = 0; i < 50; i++) (await consumer.next({ expires: 5_000 }))?.nak();
    const handled: string[] = [];
    consume(async ({ id }) => void handled.push(id));
    await until(isDone);

    expect(handled).toEqual([]);
    expect((await deadLetters()).map(({ header }) => header.get('loom-attempts'))).toEqual(['50']);
  });

  it('returns a message at once when it stops while waiting for a dependency', async () => {
    durable = { ...durable, name: `${durable.name}-long`, ackWaitMs: 60_000 };
    await ensureTopology(await bus.connection(), { streams: [], durables: [durable], replicas: 1 });
    await publish('a');
    const first = Promise.withResolvers<void>();
    const stopping = consume(async () => {
      first.resolve();
      throw away();
    });
    await first.promise;
    await stopping.stop();

    const handled: string[] = [];
    consume(async ({ id }) => void handled.push(id));
    await until(isDone);
    expect(handled).toEqual(['a']);
  });

  it('stops even if no server was ever reachable', async () => {
    await expect(
      consume(
        async () => undefined,
        {},
        new BusWithoutServer({ url: 'nats://127.0.0.1:1', name: 'nowhere' }, logger),
      ).stop(),
    ).resolves.toBeUndefined();
  });

  it('continues after the server was killed during a pull', async () => {
    const handled: string[] = [];
    consume(async ({ id }) => void handled.push(id));
    await publish('before');
    await until(() => handled.length === 1);

    await servers.nats.kill9();
    await until(() => !bus.connected);
    await servers.nats.restart();
    await until(() => bus.connected);
    await publish('after');
    await until(() => handled.includes('after'));

    // A handled message may be delivered again: the killed server may not have stored its acknowledgement.
    expect([...new Set(handled)]).toEqual(['before', 'after']);
  }, 30_000);

  it('writes one letter however often the message is given up, and one for each part of a message', async () => {
    await publishText('pack', '[{"n":1},{"n":2}]', { 'loom-kind': 'events' });
    const consumer = await jetstream(await bus.connection()).consumers.get(durable.stream, durable.name);
    const message = (await consumer.next({ expires: 5_000 }))!;
    message.ack();
    const letter = { consumer: durable.name, message, reason: 'two\r\nlines', attempts: 1 };
    const parts = [1, 2].map((n) => ({ ...letter, part: { id: `row ${n}`, data: `{"n":${n}}` } }));

    for (const one of [letter, letter, ...parts, ...parts]) await writeDeadLetter(bus.live(), one);

    const letters = await deadLetters();
    expect(letters.map((stored) => stored.string())).toEqual(['[{"n":1},{"n":2}]', '{"n":1}', '{"n":2}']);
    expect(letters.map(({ header }) => header.get('loom-part'))).toEqual(['', 'row 1', 'row 2']);
    for (const { header } of letters) {
      expect([header.get('loom-reason'), header.get('loom-original-loom-kind')]).toEqual(['two lines', 'events']);
      expect(header.get('loom-message-id')).toBe(`${durable.name}-pack`);
    }
  });

  it('counts handled and failed messages and dead letters, and reports waiting messages', async () => {
    const registry = new Registry();
    const held = Promise.withResolvers<void>();
    await publish('good', 'bad', 'held', 'waiting');
    consume(
      async ({ id }) => {
        if (id === 'bad') throw new Error('a bug');
        if (id === 'held') await held.promise;
      },
      { metrics: new ConsumerMetrics(bus, registry), backoffMs: [] },
    );
    await until(async () => (await deadLetters()).length === 1);
    await until(async () => (await state()).num_ack_pending === 1);

    const metrics = await registry.metrics();
    const of = (name: string) => {
      const start = `${name}{consumer="${durable.name}"} `;
      return metrics
        .split('\n')
        .find((line) => line.startsWith(start))
        ?.slice(start.length);
    };
    const shown = ['handled_total', 'failures_total', 'dead_letters_total', 'lag', 'unacknowledged', 'redelivered'];
    expect(shown.map((name) => of(`loom_consumer_${name}`))).toEqual(['1', '1', '1', '1', '1', '0']);
    held.resolve();
  });
});
