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
const LEAST_STREAM_BYTES = 1024 * 1024;
/** The account's limit, the cluster's, the server's disk. */
const OUT_OF_ROOM: ReadonlySet<number> = new Set([10_002, 10_023, 10_047]);

type StreamSettings = Partial<StreamConfig> & { readonly name: string; readonly max_bytes: number };

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

/** How long a delivered message may go without a word before it is delivered again. */
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
  if (stream.shrinksToFit === true) await writeToFit(manager, config);
  else await writeStream(manager, config);
}

async function writeStream(manager: JetStreamManager, config: StreamSettings): Promise<void> {
  const exists = await found(manager.streams.info(config.name), JetStreamApiCodes.StreamNotFound);
  await (exists ? manager.streams.update(config.name, config) : manager.streams.add(config));
}

/** The server reserves `max_bytes` and refuses what its disk lacks. Then half of what fits, so that later streams find room. */
async function writeToFit(manager: JetStreamManager, config: StreamSettings): Promise<void> {
  for (let bytes = config.max_bytes; ; bytes = Math.floor(bytes / 2)) {
    try {
      await writeStream(manager, { ...config, max_bytes: bytes });
      if (bytes < config.max_bytes) await writeStream(manager, { ...config, max_bytes: Math.floor(bytes / 2) });
      return;
    } catch (error) {
      if (!isOutOfRoom(error) || bytes <= LEAST_STREAM_BYTES) throw error;
    }
  }
}

function isOutOfRoom(error: unknown): boolean {
  return error instanceof JetStreamApiError && OUT_OF_ROOM.has(error.code);
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
