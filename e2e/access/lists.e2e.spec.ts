import { randomUUID } from 'node:crypto';
import { type PrivateServers, privateServers } from '#libs/local-servers';
import { newWorkplace, Person, type Platform, startPlatform, until, type Workplace } from '#libs/testing';

type Item = Readonly<Record<string, unknown>>;
interface ListPage {
  readonly data: readonly Item[];
  readonly next_cursor: string | null;
  readonly has_more: boolean;
}
describe('lists', () => {
  let servers: PrivateServers;
  let platform: Platform;
  let work: Workplace;
  let other: Workplace;
  let root: Person;

  beforeAll(async () => {
    servers = await privateServers();
    platform = await startPlatform(servers, 'standalone');
    root = await Person.signIn(platform);
    work = await newWorkplace(platform, 'Large');
    other = await newWorkplace(platform, 'Other');
    for (const { person } of [work, other]) await fill(person);
    await until(
      async () => (await read(work.person, '/audit?limit=1&event=KillSwitchCreated')).data.length > 0,
      60_000,
    );
  }, 180_000);
  afterAll(async () => {
    await platform?.stop();
    await servers?.stop();
  }, 60_000);

  /** At least two things in every list. */
  async function fill(person: Person): Promise<void> {
    for (const n of ['one', 'two']) {
      await person.must('POST', '/flags', { key: `small.${n}`, name: n, type: 'boolean' });
      await person.must('PATCH', `/flags/small.one`, { name: `again ${n}` });
      await person.must('POST', '/segments', { key: `small.${n}`, name: n });
      await person.must('POST', '/strategies', { name: n, conditions: [] });
      await person.must('POST', '/kill-switches', { key: `small_${n}`, name: n, linked_flag_keys: [] });
    }
  }

  const read = (person: Person, path: string): Promise<ListPage> =>
    person.must<ListPage & Record<string, unknown>>('GET', path);

  describe('a cursor', () => {
    const lists = [
      '/flags', '/segments', '/strategies', '/kill-switches', '/members', '/environments', '/audit',
      '/environments/dev/sdk-keys', '/analytics/keys', '/flags/small.one/history', '/analytics/events',
      '/api/orgs', '/api/admin/users', '/api/admin/orgs', '/api/admin/audit', '/api/admin/flags', '/api/admin/dead-letters',
    ] as const; // prettier-ignore
    const FORGED_PARTS = [
      '0000-01-01T00:00:00.000Z', '+275760-09-13T00:00:00.000Z', '9999-99-99T99:99:99.999Z', '2026-02-30T00:00:00.000Z',
      'infinity', '', 'x', '\u0000', "'; drop table flag; --", 'a'.repeat(300), -1, 0.5, 1e300, 2 ** 53, 2 ** 31, null, true, [], {},
    ] as const; // prettier-ignore
    const encode = (parts: unknown): string => Buffer.from(JSON.stringify(parts)).toString('base64url');
    const outcome = async (path: string, cursor: string) => {
      const { status, body } = await root
        .in(work.orgId)
        .ask<{ error?: { code: string } }>('GET', `${path}?cursor=${encodeURIComponent(cursor)}`);
      return [status, body.error?.code];
    };

    it.each(lists)('of %s that is forged is refused, or is a place in the list', async (path) => {
      const real = (await root.in(work.orgId).must<{ next_cursor: string | null }>('GET', `${path}?limit=1`))
        .next_cursor;
      const parts =
        real === null
          ? ['x', work.orgId, 'y', 'z']
          : (JSON.parse(Buffer.from(real, 'base64url').toString()) as unknown[]);
      const mutants = parts.flatMap((_, i) => FORGED_PARTS.map((part) => encode(parts.with(i, part))));
      const broken = [
        encode([...parts, 'more']),
        encode(parts.slice(1)),
        encode({}),
        encode(null),
        'AAAA',
        '%',
        '-',
        `${real}x`,
        'é',
      ];

      for (const cursor of [...mutants, ...broken]) {
        const got = await outcome(path, cursor);
        expect([cursor, ...got]).toEqual(got[0] === 200 ? [cursor, 200, undefined] : [cursor, 400, 'invalid_cursor']);
      }
    });

    it('of another list or organization is refused', async () => {
      const cursors = new Map<string, string>();
      for (const path of lists) {
        const { next_cursor } = await root
          .in(work.orgId)
          .must<{ next_cursor: string | null }>('GET', `${path}?limit=1`);
        if (next_cursor !== null) cursors.set(path, next_cursor);
      }
      expect(cursors.size).toBeGreaterThan(9);
      for (const [from, cursor] of cursors) {
        for (const to of lists.filter((path) => path !== from))
          expect([from, to, ...(await outcome(to, cursor))]).toEqual([from, to, 400, 'invalid_cursor']);
        if (from.startsWith('/api')) continue;
        const elsewhere = await other.person.ask<{ error?: { code: string } }>('GET', `${from}?cursor=${cursor}`);
        expect([from, elsewhere.status, elsewhere.body.error?.code]).toEqual([from, 400, 'invalid_cursor']);
      }
    });
  });

  it('and things take ids in any case, and unknown environments are 404 on every route', async () => {
    const id = work.orgId.toUpperCase();
    const { data } = await read(work.person, '/environments');
    const dev = data.find(({ name }) => name === 'dev')!;
    const paths = [`/api/orgs/${id}`, `/api/orgs/${id}/flags/small.one/configs/${String(dev['id']).toUpperCase()}`];
    for (const path of paths) expect([path, (await work.person.ask('GET', path)).status]).toEqual([path, 200]);

    for (const environment of ['nothing', randomUUID(), randomUUID().toUpperCase()]) {
      const routes: [string, string, unknown?][] = [
        ['GET', `/environments/${environment}`],
        ['GET', `/environments/${environment}/sdk-keys`],
        ['GET', `/flags/small.one/configs/${environment}`],
        ['PATCH', `/flags/small.one/configs/${environment}`, { enabled: true }],
        ['POST', `/flags/small.one/configs/dev/copy`, { from: environment }],
        ['GET', `/analytics/events?environment=${environment}`],
        ['GET', `/analytics/events/count?environment=${environment}`],
        ['POST', '/evaluate', { environment, context: {} }],
        ['POST', '/analytics/keys', { name: 'x', key_type: 'rw', environment }],
      ];
      for (const [method, path, body] of routes) {
        const { status, body: answer } = await work.person.ask<{ error?: { code: string } }>(method, path, body);
        expect([method, path, status, answer.error?.code]).toEqual([method, path, 404, 'not_found']);
      }
    }
  });

  describe('a PATCH with the values that a GET answered', () => {
    /** The fields of each resource that a PATCH accepts. */
    const resources: Readonly<Record<string, readonly string[]>> = {
      '': ['name', 'capture_ip', 'event_retention_days'],
      '/environments/dev': ['color', 'protected', 'position'],
      '/flags/small.one': ['name', 'description', 'tags', 'variants', 'default_variant', 'prerequisites'],
      '/flags/small.one/configs/dev': ['enabled', 'rules', 'targets'],
      '/segments/small.one': ['name', 'description', 'included', 'excluded', 'conditions'],
      '/kill-switches/small_one': ['name', 'description', 'linked_flag_keys'],
    };
    const lastEntry = async () => (await read(work.person, '/audit?limit=1')).data[0]!['seq'];

    it.each(Object.keys(resources))('of %p changes nothing', async (path) => {
      const before = await work.person.ask<Item>('GET', path);
      const patch = Object.fromEntries(resources[path]!.map((name) => [name, before.body[name]]));
      const seq = await lastEntry();

      const after = await work.person.ask<Item>('PATCH', path, patch);

      expect([after.status, after.body]).toEqual([200, before.body]);
      expect(after.headers.get('etag')).toBe(before.headers.get('etag'));
      await work.person.must('PATCH', '/flags/small.two', { name: `${path} then` });
      await until(async () => (await lastEntry()) !== seq);
      expect(await lastEntry()).toBe(Number(seq) + 1);
    });
  });
});
