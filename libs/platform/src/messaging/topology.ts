import {
  AckPolicy,
  DeliverPolicy,
  DiscardPolicy,
  JetStreamApiCodes,
  JetStreamApiError,
  jetstreamManager,
  RetentionPolicy,
  StorageType,
  type ConsumerConfig,
  type JetStreamManager,
  type StreamConfig,
} from '@nats-io/jetstream';
import { nanos, type NatsConnection } from '@nats-io/transport-node';
import type { DurableDefinition, StreamDefinition } from '#libs/contracts';

const ACK_WAIT_MS = 30_000;
const DUPLICATE_WINDOW_MS = 120_000;

export interface Topology {
  readonly streams: readonly StreamDefinition[];
  readonly durables: readonly DurableDefinition[];
  /** Copies of every message, 1 on a single server, 3 in production. */
  readonly replicas: number;
}

/**
 * Makes streams and durables together and brings those that exist up to date; running it twice, or twice at once, is harmless.
 * Durables must exist before the first publish: an interest stream without consumers acknowledges and drops.
 */
export async function ensureTopology(connection: NatsConnection, topology: Topology): Promise<void> {
  const manager = await jetstreamManager(connection, { timeout: 5_000 });
  for (const stream of topology.streams) await ensureStream(manager, stream, topology.replicas);
  for (const durable of topology.durables) await ensureDurable(manager, durable);
}

/** Throws unless every stream and durable is there: what publishers and consumers ask before they are ready. */
export async function checkTopology(connection: NatsConnection, topology: Omit<Topology, 'replicas'>): Promise<void> {
  const manager = await jetstreamManager(connection, { timeout: 1_000, checkAPI: false });
  await Promise.all([
    ...topology.streams.map(({ name }) => manager.streams.info(name)),
    ...topology.durables.map(({ stream, name }) => manager.consumers.info(stream, name)),
  ]);
}

async function ensureStream(manager: JetStreamManager, stream: StreamDefinition, replicas: number): Promise<void> {
  const interest = stream.retention === 'interest';
  const config: Partial<StreamConfig> & { name: string } = {
    name: stream.name,
    subjects: [...stream.subjects],
    retention: interest ? RetentionPolicy.Interest : RetentionPolicy.Limits,
    discard: interest ? DiscardPolicy.New : DiscardPolicy.Old,
    storage: StorageType.File,
    num_replicas: replicas,
    max_bytes: stream.maxBytes,
    max_age: stream.maxAgeMs === undefined ? 0 : nanos(stream.maxAgeMs),
    duplicate_window: nanos(DUPLICATE_WINDOW_MS),
  };
  const exists = await found(manager.streams.info(stream.name), JetStreamApiCodes.StreamNotFound);
  await (exists ? manager.streams.update(stream.name, config) : manager.streams.add(config));
}

async function ensureDurable(manager: JetStreamManager, durable: DurableDefinition): Promise<void> {
  const config: Partial<ConsumerConfig> = {
    durable_name: durable.name,
    filter_subject: durable.filter,
    ack_policy: AckPolicy.Explicit,
    deliver_policy: DeliverPolicy.All,
    ack_wait: nanos(ACK_WAIT_MS),
    max_deliver: -1,
    max_ack_pending: 256,
  };
  const exists = await found(manager.consumers.info(durable.stream, durable.name), JetStreamApiCodes.ConsumerNotFound);
  await (exists
    ? manager.consumers.update(durable.stream, durable.name, config)
    : manager.consumers.add(durable.stream, config));
}

async function found(info: Promise<unknown>, missing: number): Promise<boolean> {
  try {
    await info;
    return true;
  } catch (error) {
    if (error instanceof JetStreamApiError && error.code === missing) return false;
    throw error;
  }
}
