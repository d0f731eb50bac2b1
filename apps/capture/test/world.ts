import { jetstreamManager, type JetStreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { accountsRpc, CAPTURE_STREAM, formatApiKey, streams, type EventRow, type KeyRecord } from '#libs/contracts';
import { Argon2Hasher } from '#libs/crypto';
import { Bus } from '#libs/bus';
import { createLogger } from '#libs/observability';
import { FaultProxy, privateServers, type PrivateServers } from '#libs/local-servers';
import { makeStreams, startServices, type RunningServices } from '#libs/testing';
import { captureService } from '../src/index.js';

export const ORG = '0190a0b0-0000-7000-8000-00000000000a';
export const ENVIRONMENT = '0190a0b0-0000-7000-8000-00000000000e';
const KEY = formatApiKey('analytics_write', undefined, 'a1b2c3d4e5f6'.padEnd(40, '0'));

interface Sent {
  readonly status: number;
  readonly headers: Headers;
  readonly code: string | undefined;
  readonly ids: readonly string[];
}
/** A message of the stream of events. */
interface StoredPack {
  readonly subject: string;
  readonly header: (name: string) => string | undefined;
  readonly rows: readonly EventRow[];
}

/** The capture service in this process, on servers that no other test uses. The test answers instead of accounts. */
export interface CaptureWorld {
  readonly servers: PrivateServers;
  /** Between capture and NATS. */
  readonly proxy: FaultProxy;
  readonly running: RunningServices;
  readonly record: KeyRecord;
  readonly manager: JetStreamManager;
  /** The test's own connection to NATS. */
  readonly connection: NatsConnection;
  post(path: 'capture' | 'batch', body: unknown, headers?: Readonly<Record<string, string>>): Promise<Sent>;
  packs(): Promise<readonly StoredPack[]>;
  storedIds(): Promise<readonly string[]>;
  stop(): Promise<void>;
}

const logger = createLogger({ service: 'test', level: 'silent' });

export async function captureWorld(): Promise<CaptureWorld> {
  const servers = await privateServers();
  const record = await keyRecord();
  const connection = await connect(servers.nats.connection);
  await prepare(connection, 64 * 1024 * 1024);
  const accounts = await answerAsAccounts(servers, record);
  const proxy = await FaultProxy.before(servers.natsUrl);
  const urls = { natsUrl: proxy.url, redisUrl: servers.redisUrl, postgresUrl: servers.postgresUrl };
  const running = await startServices('capture', [captureService], urls, { LOOM_LOG_LEVEL: 'fatal' });
  await running.runtime.bus.flush();
  const manager = await jetstreamManager(connection, { timeout: 1_000 });
  const packs = () => allPacks(manager);
  return {
    servers,
    proxy,
    running,
    record,
    manager,
    connection,
    post: (path, body, headers = {}) => send(`${running.url}/api/analytics/${path}`, body, headers),
    packs,
    storedIds: async () => (await packs()).flatMap(({ rows }) => rows.map(({ event_id }) => event_id)),
    stop: async () => {
      await running.stop();
      await accounts.drain();
      await connection.close();
      await proxy.stop();
      await servers.stop();
    },
  };
}

/** Makes the streams and durables. No process consumes them: packs stay in the stream. */
export async function prepare(connection: NatsConnection, maxBytes: number): Promise<void> {
  const resized = streams.map((stream) => (stream.name === CAPTURE_STREAM ? { ...stream, maxBytes } : stream));
  await makeStreams(connection, resized);
}

async function keyRecord(): Promise<KeyRecord> {
  return {
    id: '0190a0b0-0000-7000-8000-0000000000e1',
    lookup_id: KEY.slice(-40, -28),
    key_hash: await new Argon2Hasher('keys').hash(KEY),
    key_type: 'analytics_write',
    org_id: ORG,
    environment: { id: ENVIRONMENT, name: 'prod' },
    allowed_origins: [],
  };
}

async function answerAsAccounts(servers: PrivateServers, record: KeyRecord): Promise<Bus> {
  const bus = new Bus({ url: servers.natsUrl, name: 'accounts' }, logger);
  bus.start();
  const answers: Record<string, () => unknown> = {
    [accountsRpc.getKeyRecord.subject]: () => ({ record }),
    [accountsRpc.listRevocations.subject]: () => ({ as_of: new Date().toISOString(), lookup_ids: [] }),
  };
  for (const [subject, answer] of Object.entries(answers)) {
    bus.subscribe(subject, (message) => void message.respond(JSON.stringify({ ok: true, data: answer() })));
  }
  await bus.flush();
  return bus;
}

async function send(url: string, body: unknown, headers: Readonly<Record<string, string>>): Promise<Sent> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(10_000),
  });
  const answer = (await response.json()) as { error?: { code: string }; event_id?: string; event_ids?: string[] };
  const ids = answer.event_ids ?? (answer.event_id === undefined ? [] : [answer.event_id]);
  return { status: response.status, headers: response.headers, code: answer.error?.code, ids };
}

async function allPacks(manager: JetStreamManager): Promise<readonly StoredPack[]> {
  const { state } = await manager.streams.info(CAPTURE_STREAM);
  const packs: StoredPack[] = [];
  for (let seq = state.first_seq; seq <= state.last_seq; seq += 1) {
    const message = await manager.streams.getMessage(CAPTURE_STREAM, { seq });
    if (message === null) continue;
    const header = (name: string): string | undefined => message.header.get(name) || undefined;
    packs.push({ subject: message.subject, header, rows: message.json<EventRow[]>() });
  }
  return packs;
}
