import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { AppError } from '#libs/kernel';
import { privateServers, type PrivateServers } from '#libs/local-servers';
import { createLogger } from '#libs/observability';
import { until } from '#libs/testing';
import { BatchConsumer, type BatchConsumerOptions } from './batch-consumer.js';
import { Bus } from '../connection/bus.js';
import { ensureTopology } from '../topology/topology.js';

const logger = createLogger({ service: 'test', level: 'silent' });
const streams = [
  { name: 'INTAKE', subjects: ['intake.>'], retention: 'interest', maxBytes: 50e6 },
  { name: 'DEAD', subjects: ['dead.>'], retention: 'limits', maxBytes: 1e6 },
] as const;
const durable = { name: 'test-batches', stream: 'INTAKE', filter: 'intake.>', ackWaitMs: 1_500 } as const;

describe('a batch consumer', () => {
  let servers: PrivateServers;
  let bus: Bus;
  let consumer: BatchConsumer;

  beforeEach(async () => {
    servers = await privateServers();
    bus = new Bus({ url: servers.natsUrl, name: 'test' }, logger);
    bus.start();
    await ensureTopology(await bus.connection(), { streams, durables: [durable], replicas: 1 });
  });
  afterEach(async () => {
    await consumer.stop();
    await bus.drain();
    await servers.stop();
  });

  const run = (handle: (texts: readonly string[]) => Promise<void>, more: Partial<BatchConsumerOptions> = {}): void => {
    const options = { durable, maxMessages: 10, maxBytes: 100_000, workers: 2, ...more };
    consumer = new BatchConsumer(bus, logger, {
      ...options,
      handle: (batch) => handle(batch.map(({ data }) => Buffer.from(data).toString())),
    });
    consumer.start();
  };
  const publish = async (...texts: readonly string[]): Promise<void> => {
    const js = jetstream(await bus.connection());
    await Promise.all(texts.map((text) => js.publish('intake.a', text, { msgID: text })));
  };
  const info = async () =>
    (await jetstreamManager(await bus.connection())).consumers.info(durable.stream, durable.name);
  const acknowledged = () => until(async () => (await info()).num_pending + (await info()).num_ack_pending === 0);
  const texts = (count: number): string[] => Array.from({ length: count }, (_, i) => `m${String(i).padStart(4, '0')}`);
  const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

  it('handles messages in batches within the limits, at most as many at a time as workers', async () => {
    const batches: (readonly string[])[] = [];
    let [atWork, most] = [0, 0];
    await publish(...texts(100));
    run(async (batch) => {
      most = Math.max(most, ++atWork);
      batches.push(batch);
      await pause(10);
      atWork--;
    });
    await acknowledged();

    expect(batches.flat().toSorted()).toEqual(texts(100));
    expect(Math.max(...batches.map(({ length }) => length))).toBe(10);
    expect(most).toBe(2);
  });

  it('does not wait for a batch to fill: a single message is handled at once', async () => {
    const seen: string[] = [];
    run(async (batch) => void seen.push(...batch));
    await publish('first');
    await until(() => seen.length === 1);
    const begin = performance.now();
    await publish('second');
    await until(() => seen.length === 2);

    // A pull that waits for a full batch lasts five seconds.
    expect(performance.now() - begin).toBeLessThan(4_000);
  });

  it('acknowledges after the handler has resolved', async () => {
    const gate = Promise.withResolvers<void>();
    run(() => gate.promise);
    await publish('a');
    await until(async () => (await info()).num_ack_pending === 1);
    await pause(200);
    expect((await info()).num_ack_pending).toBe(1);

    gate.resolve();
    await acknowledged();
  });

  it('holds messages through an outage longer than ack_wait, without redelivery or dead letter', async () => {
    const handled: string[] = [];
    let isDown = true;
    run(async (batch) => {
      if (isDown) throw new AppError('store_unavailable', 'away');
      handled.push(...batch);
    });
    await publish(...texts(80));
    await until(() => consumer.isPaused);
    await pause(durable.ackWaitMs * 2);
    const during = await info();
    isDown = false;
    await acknowledged();

    expect([during.num_redelivered, (await info()).num_redelivered]).toEqual([0, 0]);
    expect(handled.toSorted()).toEqual(texts(80));
    expect(await letters()).toEqual([]);
  });

  it('writes a dead letter for a message that fails all its tries, and handles the others of its batch at once', async () => {
    const handled = new Set<string>();
    await publish(...texts(10), 'bug');
    run(
      async (batch) => {
        if (batch.includes('bug')) throw new TypeError('a bug of ours');
        for (const text of batch) handled.add(text);
      },
      { backoffMs: [50, 100], maxMessages: 50 },
    );
    await until(() => handled.size === 10);
    await acknowledged();

    expect(await letters()).toEqual([{ text: 'bug', reason: 'a bug of ours', attempts: '3' }]);
  });

  it('keeps the failures of a message whose dead letter cannot be written: one more try, not all of them again', async () => {
    let tries = 0;
    const restored = Promise.withResolvers<void>();
    await (await jetstreamManager(await bus.connection())).streams.delete('DEAD');
    await publish('bug');
    run(
      async () => {
        tries += 1;
        // The letter of the third failure cannot be written: the stream is back during the fourth try.
        if (tries === 4) await restored.promise;
        throw new TypeError('a bug of ours');
      },
      { backoffMs: [50, 50] },
    );
    await until(() => tries === 4);
    await ensureTopology(await bus.connection(), { streams, durables: [durable], replicas: 1 });
    restored.resolve();
    await acknowledged();

    // A count that began again would need six tries.
    expect(await letters()).toEqual([{ text: 'bug', reason: 'a bug of ours', attempts: '4' }]);
    expect(tries).toBe(4);
  });

  it('finishes the batch at work when it stops, and returns the waiting messages', async () => {
    const [began, gate] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const handled: string[] = [];
    run(
      async (batch) => {
        began.resolve();
        await gate.promise;
        handled.push(...batch);
      },
      { workers: 1 },
    );
    await publish(...texts(30));
    await began.promise;
    await until(async () => (await info()).num_ack_pending === 30);
    const stopping = consumer.stop();
    gate.resolve();
    await stopping;
    const rest: string[] = [];
    run(async (batch) => void rest.push(...batch));
    await acknowledged();

    expect(handled.length).toBeGreaterThan(0);
    // Delivery is at least once: when a busy server processes an acknowledgement late, it delivers again.
    expect([...new Set([...handled, ...rest])].toSorted()).toEqual(texts(30));
  });

  it('continues after NATS was killed, with messages from before and after', async () => {
    const handled = new Set<string>();
    run(async (batch) => {
      await pause(5);
      for (const text of batch) handled.add(text);
    });
    const [before, after] = [texts(200).slice(0, 100), texts(200).slice(100)];
    await publish(...before);
    await servers.nats.kill9();
    await servers.nats.restart();
    await until(() => bus.connected);
    await publish(...after);
    await until(() => handled.size === 200);
    await acknowledged();
  });

  async function letters(): Promise<{ text: string; reason: string; attempts: string }[]> {
    const manager = await jetstreamManager(await bus.connection());
    const { state } = await manager.streams.info('DEAD');
    const found = Array.from({ length: state.messages }, (_, i) => manager.streams.getMessage('DEAD', { seq: i + 1 }));
    return (await Promise.all(found)).map((message) => ({
      text: message!.string(),
      reason: message!.header.get('loom-reason'),
      attempts: message!.header.get('loom-attempts'),
    }));
  }
});
