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
const MAX_ACK_PENDING = 256;
const MIN_STREAM_BYTES = 1024 * 1024;
/** JetStream error codes: storage limit of the account, of the cluster, of the server. */
const STORAGE_EXCEEDED: ReadonlySet<number> = new Set([10_002, 10_023, 10_047]);

type StreamSettings = Partial<StreamConfig> & { readonly name: string; readonly max_bytes: number };

export interface Topology {
  readonly streams: readonly StreamDefinition[];
  readonly durables: readonly DurableDefinition[];
  /** Copies of every message: 1 on a single server, 3 in production. */
  readonly replicas: number;
}

/**
 * Creates streams and durables, and updates existing ones. Idempotent, also when two processes run it at once. Durables must
 * exist before the first publish: a stream with interest retention acknowledges and drops messages that have no consumer.
 */
export async function ensureTopology(connection: NatsConnection, topology: Topology): Promise<void> {
  const manager = await jetstreamManager(connection, { timeout: 5_000 });
  for (const stream of topology.streams) await ensureStream(manager, stream, topology.replicas);
  for (const durable of topology.durables) await ensureDurable(manager, durable);
}

/** Checks that streams and durables exist, for readiness of publishers and consumers. @throws Error when one is missing */
export async function checkTopology(connection: NatsConnection, topology: Omit<Topology, 'replicas'>): Promise<void> {
  const manager = await jetstreamManager(connection, { timeout: 1_000, checkAPI: false });
  await Promise.all([
    ...topology.streams.map(({ name }) => manager.streams.info(name)),
    ...topology.durables.map(({ stream, name }) => manager.consumers.info(stream, name)),
  ]);
}

/** Time without ack or `working` after which a delivered message is delivered again, in ms. */
export function ackWaitMs({ ackWaitMs: own }: DurableDefinition): number {
  return own ?? ACK_WAIT_MS;
}

async function ensureStream(manager: JetStreamManager, stream: StreamDefinition, replicas: number): Promise<void> {
  const interest = stream.retention === 'interest';
  const config: StreamSettings = {
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
  if (stream.shrinksToFit === true) await writeShrinking(manager, config);
  else await writeStream(manager, config);
}

async function writeStream(manager: JetStreamManager, config: StreamSettings): Promise<void> {
  const exists = await isFound(manager.streams.info(config.name), JetStreamApiCodes.StreamNotFound);
  await (exists ? manager.streams.update(config.name, config) : manager.streams.add(config));
}

/**
 * Halves `max_bytes` until the server accepts the stream: it reserves the bytes, and refuses more than its disk has. A stream
 * that was shrunk is halved once more, so that the streams created after it find room.
 */
async function writeShrinking(manager: JetStreamManager, config: StreamSettings): Promise<void> {
  for (let bytes = config.max_bytes; ; bytes = Math.floor(bytes / 2)) {
    try {
      await writeStream(manager, { ...config, max_bytes: bytes });
      if (bytes < config.max_bytes) await writeStream(manager, { ...config, max_bytes: Math.floor(bytes / 2) });
      return;
    } catch (error) {
      if (!isStorageExceeded(error) || bytes <= MIN_STREAM_BYTES) throw error;
    }
  }
}

function isStorageExceeded(error: unknown): boolean {
  return error instanceof JetStreamApiError && STORAGE_EXCEEDED.has(error.code);
}

async function ensureDurable(manager: JetStreamManager, durable: DurableDefinition): Promise<void> {
  const config: Partial<ConsumerConfig> = {
    durable_name: durable.name,
    filter_subject: durable.filter,
    ack_policy: AckPolicy.Explicit,
    deliver_policy: DeliverPolicy.All,
    ack_wait: nanos(ackWaitMs(durable)),
    max_deliver: -1,
    max_ack_pending: durable.maxAckPending ?? MAX_ACK_PENDING,
  };
  const exists = await isFound(
    manager.consumers.info(durable.stream, durable.name),
    JetStreamApiCodes.ConsumerNotFound,
  );
  await (exists
    ? manager.consumers.update(durable.stream, durable.name, config)
    : manager.consumers.add(durable.stream, config));
}

async function isFound(info: Promise<unknown>, missing: number): Promise<boolean> {
  try {
    await info;
    return true;
  } catch (error) {
    if (error instanceof JetStreamApiError && error.code === missing) return false;
    throw error;
  }
}
