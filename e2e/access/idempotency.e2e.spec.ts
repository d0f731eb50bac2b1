import pg from 'pg';
import { type Answer, type PrivateServers, privateServers } from '#libs/local-servers';
import { newWorkplace, Person, type Platform, startPlatform, type Workplace } from '#libs/testing';

const REPEATS = 20;
const flag = { key: 'checkout.new_flow', name: 'New checkout', type: 'boolean' };

describe('a repeated request', () => {
  let servers: PrivateServers;
  let platform: Platform;
  let work: Workplace;
  let admin: Person;

  beforeAll(async () => {
    servers = await privateServers();
    platform = await startPlatform(servers, 'standalone');
    work = await newWorkplace(platform, 'Again');
    admin = await Person.signIn(platform);
  }, 120_000);
  afterAll(async () => {
    await platform?.stop();
    await servers?.stop();
  }, 60_000);

  const post = (path: string, body: unknown, key: string): Promise<Answer> =>
    work.person.ask('POST', path, body, { 'idempotency-key': key });
  const replayed = ({ headers }: Answer): boolean => headers.get('idempotent-replayed') === 'true';
  const data = async (path: string): Promise<Record<string, unknown>[]> =>
    (await work.person.must<{ data: Record<string, unknown>[] }>('GET', path)).data;

  const storedAnswer = async (key: string): Promise<unknown> => {
    const client = new pg.Client({ connectionString: servers.postgresUrl });
    await client.connect();
    const { rows } = await client.query<{ answer: unknown }>(`select answer from accounts.idempotency where key = $1`, [
      key,
    ]);
    await client.end();
    return rows[0]?.answer;
  };

  it('creates one flag however often it is sent, at once and later, with the same answer each time', async () => {
    const atOnce = await Promise.all(Array.from({ length: REPEATS }, () => post('/flags', flag, 'flag-1')));
    const later = await post('/flags', flag, 'flag-1');

    const made = atOnce.filter(({ status }) => status === 201);
    const waiting = atOnce.filter(({ status }) => status === 409);
    expect(made.length + waiting.length).toBe(REPEATS);
    for (const { body } of waiting) expect(body).toMatchObject({ error: { code: 'idempotency_in_progress' } });
    expect(made.filter((answer) => !replayed(answer))).toHaveLength(1);
    expect(new Set([...made, later].map(({ body }) => JSON.stringify(body))).size).toBe(1);
    expect([later.status, replayed(later)]).toEqual([201, true]);
    expect(later.headers.get('etag')).toBe(made[0]!.headers.get('etag'));
    expect((await data('/flags')).filter(({ key }) => key === flag.key)).toHaveLength(1);
  });

  it('refuses the same key for another body, and lets a corrected request through', async () => {
    await post('/segments', { key: 'early_birds', name: 'Early birds' }, 'segment-1');
    const other = await post('/segments', { key: 'late_birds', name: 'Late birds' }, 'segment-1');
    const wrong = await post('/segments', { key: 'Not A Key', name: 'x' }, 'segment-2');
    const corrected = await post('/segments', { key: 'late_birds', name: 'Late birds' }, 'segment-2');

    expect([other.status, other.body]).toEqual([422, expect.objectContaining({ error: expect.objectContaining({ code: 'idempotency_mismatch' }) as unknown })]); // prettier-ignore
    expect([wrong.status, corrected.status, replayed(corrected)]).toEqual([400, 201, false]);
  });

  it('shows an API key once, and never in the repeated answer', async () => {
    const wish = { name: 'Shop', key_type: 'server', idempotency_key: 'key-1' };
    const first = await work.person.ask('POST', '/environments/dev/sdk-keys', wish);
    const again = await work.person.ask('POST', '/environments/dev/sdk-keys', wish);

    const { key, ...rest } = first.body;
    expect([first.status, again.status, replayed(again)]).toEqual([201, 201, true]);
    expect(key).toMatch(/^loom_flags_server_dev_/);
    expect(again.body).toEqual(rest);
    expect(await storedAnswer('key-1')).toEqual(rest);
  });

  it('acts once: later changes are not undone', async () => {
    await post('/kill-switches', { key: 'stop_all', name: 'Stop', linked_flag_keys: [] }, 'ks-1');
    const first = await post('/kill-switches/stop_all/activate', { reason: 'bug' }, 'act-1');
    await work.person.must('POST', '/kill-switches/stop_all/deactivate', {});
    const again = await post('/kill-switches/stop_all/activate', { reason: 'bug' }, 'act-1');

    expect([first.status, again.status, replayed(again)]).toEqual([200, 200, true]);
    expect(again.body).toEqual(first.body);
    expect(await work.person.must('GET', '/kill-switches/stop_all')).toMatchObject({ is_active: false });
  });

  it('works for the platform and for organizations as well', async () => {
    for (const [path, body] of [
      ['/api/orgs', { name: 'Once only' }],
      ['/api/admin/segments', { key: 'everywhere', name: 'Everywhere' }],
      ['/api/auth/users', { email: 'once@loom.test' }],
    ] as const) {
      const ask = () => admin.ask('POST', path, body, { 'idempotency-key': 'platform-1' });
      const [first, again] = [await ask(), await ask()];
      expect([path, first.status, again.status, replayed(first), replayed(again)]).toEqual([
        path,
        201,
        201,
        false,
        true,
      ]);
      expect(again.body['id']).toBe(first.body['id']);
      expect(again.body['invite_url']).toBeUndefined();
    }
  });
});
