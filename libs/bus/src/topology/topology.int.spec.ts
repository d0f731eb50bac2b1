import { jetstreamManager, type JetStreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { CAPTURE_STREAM, durables, streams, type StreamDefinition } from '#libs/contracts';
import { privateServers, type PrivateServers } from '#libs/local-servers';
import { checkTopology, ensureTopology } from './topology.js';

const MIB = 1024 * 1024;
const everything = { streams, durables: Object.values(durables), replicas: 1 };

describe('the topology on a server with a small disk', () => {
  let servers: PrivateServers;
  let connection: NatsConnection;
  let manager: JetStreamManager;
  const sizeOf = async (stream: string): Promise<number> => (await manager.streams.info(stream)).config.max_bytes;

  beforeAll(async () => {
    servers = await privateServers({ nats: { maxFileStore: '2GB' } });
    connection = await connect(servers.nats.connection);
    manager = await jetstreamManager(connection);
  }, 60_000);
  afterAll(async () => {
    await connection.close();
    await servers.stop();
  });

  it('is created completely: the stream of events shrinks and leaves room; running again changes nothing', async () => {
    await ensureTopology(connection, everything);
    const first = await sizeOf(CAPTURE_STREAM);
    await ensureTopology(connection, everything);

    await expect(checkTopology(connection, everything)).resolves.toBeUndefined();
    expect(first).toBe(512 * MIB);
    expect(await sizeOf(CAPTURE_STREAM)).toBe(first);
    expect(await sizeOf('FLAGS')).toBe(256 * MIB);
  });

  it('updates the size of the stream of events', async () => {
    const small = streams.map((stream): StreamDefinition =>
      stream.name === CAPTURE_STREAM ? { ...stream, maxBytes: MIB } : stream,
    );
    await ensureTopology(connection, { ...everything, streams: small });

    expect(await sizeOf(CAPTURE_STREAM)).toBe(MIB);
    const durable = await manager.consumers.info(CAPTURE_STREAM, durables.analyticsEvents.name);
    expect(durable.config).toMatchObject({ filter_subject: 'capture.>', max_ack_pending: 1_000 });
  });

  it('fails when a stream that must not shrink does not fit', async () => {
    const large = { name: 'LARGE', subjects: ['large.>'], retention: 'limits', maxBytes: 8_192 * MIB } as const;

    await expect(ensureTopology(connection, { streams: [large], durables: [], replicas: 1 })).rejects.toThrow(
      'insufficient storage',
    );
  });
});
