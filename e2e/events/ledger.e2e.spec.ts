import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import pg from 'pg';
import { uuidv7 } from 'uuidv7';
import { durables } from '#libs/contracts';
import { privateServers, type PrivateServers } from '#libs/local-servers';
import { newWorkplace, until } from '#libs/testing';
import { Ledger, type Outcome } from '../support/ledger.js';
import { startProcesses, type Processes } from '../support/processes.js';

const EVENTS = 60_000;
const BATCH = 100;
const SENDERS = 6;
const BACK_AFTER_MS = 1_000;
const REQUEST_MS = 5_000;
/** A request without a success in the end is left open: the checker allows both outcomes. */
const TRIES = 12;

/** Hours with a counter that differs from the number of rows. */
const WRONG_COUNTERS = `select * from (
    select event_name, date_trunc('hour', timestamp, 'UTC') as hour, count(*) from event group by 1, 2
  ) as rows full join (select event_name, hour, sum(count) as count from event_hour group by 1, 2) as counted using (event_name, hour)
  where rows.count is distinct from counted.count`;

interface Captured {
  readonly event_id: string;
  readonly distinct_id: string;
  readonly event: string;
  readonly properties: object;
  readonly timestamp: string;
}

const idsOf = (events: readonly Captured[]): string[] => events.map(({ event_id }) => event_id);
const at = (event: Captured, timestamp: string): Captured => ({ ...event, timestamp });
/** Over forty days: months end in it, and each retry falls into another hour. */
const momentOf = (n: number): string => new Date(Date.now() - (n % 960) * 3_600_000).toISOString();

/** Every acknowledged event is stored once, whichever process dies. Requests, answers and retries are in a ledger on disk. */
describe('events in a ledger while capture, analytics, NATS and Postgres are each killed once', () => {
  let servers: PrivateServers;
  let processes: Processes<'accounts' | 'gateway' | 'capture' | 'analytics'>;
  let ledger: Ledger;
  let folder: string;
  let key: string;
  let answered = 0;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'loom-ledger-'));
    servers = await privateServers({ ownPostgres: true, durable: true });
    processes = await startProcesses(servers, ['accounts', 'gateway', 'capture', 'analytics']);
    const { gateway } = processes.services;
    const { person } = await newWorkplace({ baseUrl: gateway.url, admin: processes.admin }, 'Ledger');
    key = (await person.must<{ key: string }>('POST', '/analytics/keys', { name: 'w', key_type: 'write' })).key;
    ledger = await Ledger.open(join(folder, 'ledger'));
  }, 120_000);
  afterAll(async () => {
    await processes?.stop();
    await servers?.stop();
    await ledger?.close();
    await rm(folder, { recursive: true, force: true });
  }, 60_000);

  const anEvent = (n: number): Captured => ({
    event_id: uuidv7(),
    distinct_id: `user-${n % 500}`,
    event: n % 3 === 0 ? 'checkout_completed' : 'page_viewed',
    properties: { plan: 'pro', n },
    timestamp: momentOf(n),
  });
  async function attempt(batch: readonly unknown[]): Promise<Outcome> {
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
    const request = {
      method: 'POST',
      headers,
      body: JSON.stringify({ batch }),
      signal: AbortSignal.timeout(REQUEST_MS),
    };
    try {
      const response = await fetch(`${processes.services.capture.url}/api/analytics/batch`, request);
      await response.text();
      if (response.status === 200) return 'acked';
      return response.status < 500 ? 'refused' : 'unknown';
    } catch {
      return 'unknown';
    }
  }

  /**
   * Sends as a careful client does: the same event ids until they are acknowledged, each time with other timestamps. Some clients
   * give up at the first failure, and some repeat what had arrived.
   */
  async function send(request: number, events: readonly Captured[]): Promise<void> {
    await ledger.sent(request, idsOf(events));
    const tries = request % 25 === 2 ? 1 : TRIES;
    for (let n = 0; n < tries; n++) {
      const outcome = await attempt(n === 0 ? events : events.map((event, i) => at(event, momentOf(request + i + n))));
      await ledger.outcome(request, outcome);
      if (outcome !== 'unknown') break;
      await sleep(200);
    }
    if (request % 10 === 0) await attempt(events.map((event) => at(event, momentOf(request + 7))));
    answered += events.length;
  }

  async function sendAll(): Promise<void> {
    let next = 0;
    const sender = async (): Promise<void> => {
      for (let request = next++; request < EVENTS / BATCH; request = next++) {
        const events = Array.from({ length: BATCH }, (_, i) => anEvent(request * BATCH + i));
        if (request % 50 === 1)
          await sendBad(EVENTS + request, [...events.slice(1), { ...anEvent(request), event: '1 bad name' }]);
        await send(request, events);
      }
    };
    await Promise.all(Array.from({ length: SENDERS }, sender));
  }

  /** Refused as a whole for its last event: none of it may ever be stored. Its ids are its own. */
  async function sendBad(request: number, events: readonly Captured[]): Promise<void> {
    const own = events.map((event) => ({ ...event, event_id: uuidv7() }));
    await ledger.sent(request, idsOf(own));
    await ledger.outcome(request, await attempt(own));
  }

  async function killInTurn(): Promise<void> {
    const { capture, analytics } = processes.services;
    const victims = [analytics, capture, servers.nats, servers.postgres!];
    for (const [i, victim] of victims.entries()) {
      while (answered < (EVENTS * (i + 0.5)) / victims.length) await sleep(10);
      await victim.kill9();
      await sleep(BACK_AFTER_MS);
      await victim.restart();
    }
  }

  /** Nothing waits any more: what a killed process held comes again when its `ack_wait` of 30 s is over. */
  async function settled(): Promise<{ dead: number }> {
    const connection = await connect(servers.nats.connection);
    try {
      const manager = await jetstreamManager(connection);
      const { stream, name } = durables.analyticsEvents;
      const lag = async (): Promise<number> => {
        const info = await manager.consumers.info(stream, name);
        return info.num_pending + info.num_ack_pending;
      };
      await until(async () => (await lag()) === 0, 60_000, 100);
      return { dead: (await manager.streams.info('DEAD')).state.messages };
    } finally {
      await connection.close();
    }
  }

  async function query<R extends pg.QueryResultRow>(sql: string): Promise<R[]> {
    const client = new pg.Client({ connectionString: servers.postgresUrl, options: '-c search_path=analytics' });
    client.on('error', () => undefined);
    await client.connect();
    try {
      return (await client.query<R>(sql)).rows;
    } finally {
      await client.end();
    }
  }

  it('stores each acknowledged event once and counts it once, and none that was refused', async () => {
    await Promise.all([sendAll(), killInTurn()]);
    const { dead } = await settled();
    const { acked, refused, unknown } = await ledger.verdict();
    const stored = (await query<{ id: string }>('select event_id as id from event')).map(({ id }) => id);

    const ids = new Set(stored);
    expect({
      lost: [...acked].filter((id) => !ids.has(id)).length,
      twice: stored.length - ids.size,
      refusedAndStored: [...refused].filter((id) => ids.has(id)).length,
      strangers: stored.filter((id) => !acked.has(id) && !unknown.has(id)).length,
      dead,
    }).toEqual({ lost: 0, twice: 0, refusedAndStored: 0, strangers: 0, dead: 0 });
    expect(acked.size).toBeGreaterThan(EVENTS * 0.9);
    expect(refused.size).toBeGreaterThan(0);
    expect(await query('select count(*)::int as n from event_seen')).toEqual([{ n: stored.length }]);
    expect(await query(WRONG_COUNTERS)).toEqual([]);
  }, 150_000);
});
