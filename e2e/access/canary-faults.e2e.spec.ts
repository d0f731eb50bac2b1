import { randomUUID } from 'node:crypto';
import { jetstream } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import pg from 'pg';
import { call, type PrivateServers, privateServers } from '#libs/local-servers';
import { newWorkplace, type Platform, startPlatform, until, type Workplace } from '#libs/testing';

const EMAIL = 'canary.person@example.com';
const KEY = `loom_flags_server_prod_${'c0ffee00'.repeat(5)}`;

/** What goes wrong puts secrets and personal data into errors, and people put them into free texts: neither reaches a log. */
describe('canaries in faults and free texts', () => {
  let servers: PrivateServers;
  let platform: Platform;
  let work: Workplace;

  beforeAll(async () => {
    servers = await privateServers({ ownPostgres: true, durable: true });
    platform = await startPlatform(servers, 'standalone', { LOOM_LOG_LEVEL: 'trace' });
    work = await newWorkplace(platform, 'Canary faults');
  }, 120_000);
  afterAll(async () => {
    await platform?.stop();
    await servers?.stop();
  }, 90_000);

  const sql = async <R extends object>(text: string): Promise<R[]> => {
    const client = new pg.Client({ connectionString: servers.postgresUrl });
    client.on('error', () => undefined);
    await client.connect();
    const { rows } = await client.query<R>(text).finally(() => client.end());
    return rows;
  };
  const log = (): string => platform.front.output;
  const createNamed = () => work.person.ask('POST', '/api/orgs', { name: EMAIL });
  /** Every change of accounts fails as if Postgres had found this error, and quotes the row as Postgres does. */
  const failChanges = (errcode: string) =>
    sql(`create or replace function accounts.fail_changes() returns trigger language plpgsql as $$
        begin raise exception using errcode = '${errcode}', message = 'forced', detail = 'row ' || new::text; end $$;
      create or replace trigger fail before insert on accounts.outbox for each row execute function accounts.fail_changes()`);

  it.each([
    ['a deadlock', '40P01', 503, 'transaction is repeated'],
    ['a failed statement', 'P0001', 500, 'a request failed'],
  ])('are in no log after %s', async (_what, errcode, status, message) => {
    await failChanges(errcode);
    const answer = await createNamed();
    await sql('drop trigger fail on accounts.outbox');

    expect(answer.status).toBe(status);
    await until(() => log().includes(message));
    expect(log()).not.toContain(EMAIL);
    expect(log()).not.toContain('$argon2');
  });

  it('are in no log after a failed sign-in', async () => {
    const body = { email: EMAIL, password: 'canary-password-9' };
    const answer = await call('POST', `${platform.baseUrl}/api/auth/login`, body, { 'user-agent': KEY });

    expect(answer.status).toBe(401);
    expect(log()).not.toContain(EMAIL);
    expect(log()).not.toContain(body.password);
  });

  it('are in no log and no reason of a dead letter', async () => {
    const bus = await connect(servers.nats.connection);
    const payload = JSON.stringify({ id: randomUUID(), type: EMAIL, key: KEY });
    await jetstream(bus).publish(`audit.recorded.${work.orgId}`, payload);
    await jetstream(bus).publish(`audit.recorded.${work.orgId}`, `${EMAIL} ${KEY}`);
    await bus.close();

    const list = async () =>
      (await work.person.must<{ data: { reason: string }[] }>('GET', '/api/admin/dead-letters')).data;
    const letters = await until(async () => (await list()).length >= 2 && list());
    expect(JSON.stringify(letters)).not.toContain(EMAIL);
    expect(log()).not.toContain(EMAIL);
    expect(log()).not.toContain(KEY);
  });

  it('in free texts are in no log, table or audit entry', async () => {
    const text = `asked by ${EMAIL}, was ${KEY}`;
    const headers = { 'user-agent': `curl ${KEY} ${EMAIL}` };
    const { person } = work;
    await person.must('POST', '/flags', { key: 'canary.flag', name: 'Canary', type: 'boolean' }, headers);
    await person.must('PATCH', '/flags/canary.flag/configs/dev', { enabled: true, note: text }, headers);
    await person.must('POST', '/kill-switches', { key: 'canary_stop', name: 'Stop', linked_flag_keys: [] }, headers);
    await person.must('POST', '/kill-switches/canary_stop/activate', { reason: text }, headers);

    const entries = () => person.must<{ data: object[] }>('GET', '/audit?event=KillSwitchActivated');
    const seen = JSON.stringify(await until(async () => (await entries()).data.length > 0 && entries()));
    expect(seen).toContain('asked by [redacted], was [redacted]');
    const tables = await sql<{ name: string }>(
      `select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname in ('flags', 'audit')`,
    );
    const rows = await Promise.all(
      tables.map(({ name }) => sql<{ row: string }>(`select t::text as row from ${name} t`)),
    );
    const stored = rows
      .flat()
      .map(({ row }) => row)
      .join('\n');
    for (const place of [seen, stored, log()]) {
      expect(place).not.toContain(KEY);
      expect(place).not.toContain(`asked by ${EMAIL}`);
      expect(place).not.toContain(`${KEY} ${EMAIL}`);
    }
  });
});
