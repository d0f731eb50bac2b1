import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect, headers, type NatsConnection } from '@nats-io/transport-node';
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { bearer, call, type PrivateServers, privateServers } from '#libs/local-servers';
import { joinOrganization, newWorkplace, type Platform, startPlatform, until, type Workplace } from '#libs/testing';

interface DeadLetter {
  readonly id: string;
  readonly consumer: string;
  readonly subject: string;
  readonly reason: string;
  readonly attempts: number;
  readonly replayed_at: string | null;
}
const LETTERS = '/api/admin/dead-letters';
const CONSUMER = 'audit-entries';
const EVENTS_CONSUMER = 'analytics-events';

/** What a consumer cannot handle, from the message to the replay; each service with its own rights on the bus. */
describe('dead letters', () => {
  let servers: PrivateServers;
  let platform: Platform;
  let work: Workplace;
  let bus: NatsConnection;

  beforeAll(async () => {
    servers = await privateServers({ ownPostgres: true, durable: true });
    platform = await startPlatform(servers, 'standalone');
    work = await newWorkplace(platform, 'Dead letters');
    bus = await connect(servers.nats.connection);
  }, 120_000);
  afterAll(async () => {
    await bus?.close();
    await platform?.stop();
    await servers?.stop();
  }, 90_000);

  const letters = async (consumer = CONSUMER) =>
    (await work.person.must<{ data: DeadLetter[] }>('GET', `${LETTERS}?consumer=${consumer}`)).data;
  const sql = async (text: string): Promise<void> => {
    const client = new pg.Client({ connectionString: servers.postgresUrl });
    client.on('error', () => undefined);
    await client.connect();
    await client.query(text).finally(() => client.end());
  };
  const publish = (message: unknown) =>
    jetstream(bus).publish(`audit.recorded.${work.orgId}`, JSON.stringify(message), { msgID: randomUUID() });
  const entries = async (event: string) =>
    (await work.person.must<{ data: { resource_id: string }[] }>('GET', `/audit?event=${event}`)).data;
  const aFact = (event: string) => ({
    id: randomUUID(),
    type: 'audit.recorded',
    version: 1,
    timestamp: new Date().toISOString(),
    org_id: work.orgId,
    actor: { type: 'system', id: 'e2e' },
    data: {
      event,
      severity: 'info',
      action: 'test',
      resource_type: 'flag',
      resource_id: 'f1',
      resource_key: null,
      environment: null,
      before: null,
      after: null,
      reason: null,
      note: null,
      request_id: 'r1',
      user_agent: null,
      metadata: {},
    },
    metadata: { correlation_id: 'r1', source: 'e2e' },
  });

  it('hold a poison message with its reason, and later messages do not wait', async () => {
    await publish({ ...aFact('Poisoned'), version: 99 });
    await publish(aFact('Neighbour'));
    await until(async () => (await entries('Neighbour')).length === 1, 1_000);

    const [letter] = await until(async () => ((await letters()).length > 0 ? letters() : undefined));
    expect(letter).toMatchObject({
      consumer: CONSUMER,
      subject: `audit.recorded.${work.orgId}`,
      reason: 'not a known fact: Unknown fact audit.recorded v99',
      attempts: 1,
      replayed_at: null,
    });
  });

  it('are replayed by a super admin, once per letter, and that is audited', async () => {
    const [letter] = (await letters()) as [DeadLetter];
    const path = `${LETTERS}/${letter.id}/replay`;
    const key = { 'idempotency-key': randomUUID() };

    const first = await work.person.ask('POST', path, {}, key);
    const same = await work.person.ask('POST', path, {}, key);
    const again = await work.person.ask('POST', path, {});

    expect([first.status, same.status, again.status]).toEqual([202, 202, 409]);
    expect(same.body).toEqual(first.body);
    // The cause is not fixed: it fails again and becomes a new dead letter.
    const all = await until(async () => ((await letters()).length === 2 ? letters() : undefined));
    expect(all.map(({ replayed_at }) => replayed_at !== null)).toEqual([false, true]);
    const audited = () =>
      work.person.must<{ data: { resource_id: string }[] }>('GET', '/api/admin/audit?event=DeadLetterReplayed');
    await until(async () => (await audited()).data.length > 0);
    expect((await audited()).data.map(({ resource_id }) => resource_id)).toEqual([letter.id]);
  });

  it('reach their consumer when the cause is fixed', async () => {
    // As a consumer that had a bug would leave it: a good message among the dead.
    const head = headers();
    head.set('loom-subject', `audit.recorded.${work.orgId}`);
    head.set('loom-reason', 'a bug');
    await jetstream(bus).publish(`dead.${CONSUMER}`, JSON.stringify(aFact('Mended')), { headers: head });
    const [letter] = (await letters()) as [DeadLetter];

    expect(await work.person.ask('POST', `${LETTERS}/${letter.id}/replay`)).toMatchObject({ status: 202 });
    await until(async () => (await entries('Mended')).length === 1);
  });

  it('hold one event of a captured batch while its neighbours are stored, and return it when the cause is fixed', async () => {
    const { key } = await work.person.must<{ key: string }>('POST', '/analytics/keys', { name: 'rw', key_type: 'rw' });
    const authorization = bearer(key);
    const url = `${platform.baseUrl}/api/analytics`;
    const stored = async () => {
      const { body } = await call<{ data: { event: string }[] }>('GET', `${url}/events`, undefined, authorization);
      return body.data.map(({ event }) => event).toSorted();
    };
    // As a migration that was too strict would do it: capture has no objection to the event.
    await sql(`alter table analytics.event add constraint too_strict check (event_name <> 'poisoned')`);
    const batch = ['first', 'poisoned', 'last'].map((event) => ({ distinct_id: 'u1', event }));
    expect(await call('POST', `${url}/batch`, { batch }, authorization)).toMatchObject({ status: 200 });
    await until(async () => (await stored()).length === 2, 1_000);

    const [letter, ...more] = await until(async () => {
      const found = await letters(EVENTS_CONSUMER);
      return found.length > 0 && found;
    });
    expect(letter).toMatchObject({
      subject: `capture.${work.orgId}`,
      reason: expect.stringMatching(/violates check constraint "too_strict" \(SQLSTATE 23514\)$/),
    });
    expect([await stored(), more]).toEqual([['first', 'last'], []]);

    await sql('alter table analytics.event drop constraint too_strict');
    await work.person.must('POST', `${LETTERS}/${letter!.id}/replay`);
    await until(async () => (await stored()).length === 3);
    expect(await stored()).toEqual(['first', 'last', 'poisoned']);
    expect(await letters(EVENTS_CONSUMER)).toHaveLength(1);
  });

  it("are hidden from an organization's admin", async () => {
    const admin = { email: 'org.admin@loom.test', password: 'a long enough password' };
    const person = await joinOrganization(work.person, { ...admin, role: 'admin' });

    expect(await person.ask('GET', LETTERS)).toMatchObject({ status: 403, body: { error: { code: 'forbidden' } } });
    expect(await person.ask('POST', `${LETTERS}/1-a/replay`)).toMatchObject({ status: 403 });
  });

  it('do not come from an outage of Postgres', async () => {
    const before = (await letters()).length;
    const manager = await jetstreamManager(bus);
    await servers.postgres!.kill9();
    for (let i = 0; i < 5; i += 1) await publish(aFact('DuringOutage'));
    await until(async () => (await manager.consumers.info('AUDIT', CONSUMER)).num_ack_pending === 1);
    // Long enough for failures that were counted: the first of them comes again after 1 s.
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    expect((await manager.consumers.info('AUDIT', CONSUMER)).num_redelivered).toBe(0);
    await servers.postgres!.restart();

    await until(async () => (await work.person.ask('GET', '/audit?limit=1')).status === 200, 20_000);
    await until(async () => (await entries('DuringOutage')).length === 5, 20_000);
    expect(await letters()).toHaveLength(before);
  }, 60_000);
});
