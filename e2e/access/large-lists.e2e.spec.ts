import { createHash, randomUUID } from 'node:crypto';
import { type PrivateServers, privateServers } from '#libs/local-servers';
import { newWorkplace, Person, type Platform, startPlatform, until, type Workplace } from '#libs/testing';

/** Bytes of a page: 2 MiB of items, or a single item, and the envelope of the answer. */
const MAX_PAGE = 2 * 1024 * 1024 + 1_000;
const SEGMENTS = 24;
const FLAGS = 20;
const EDITS = 10;

type Item = Readonly<Record<string, unknown>>;
interface ListPage {
  readonly data: readonly Item[];
  readonly next_cursor: string | null;
  readonly has_more: boolean;
}
/** What identifies an item of any list. */
const identityOf = (item: Item): unknown =>
  item['seq'] ?? item['event_id'] ?? item['id'] ?? item['key'] ?? item['user_id'];
const uuids = (seed: string): string[] =>
  Array.from({ length: 10_000 }, (_, i) => {
    const hash = createHash('md5').update(`${seed} ${i}`).digest('hex');
    return `${hash.slice(0, 8)}-${hash.slice(8, 12)}-7${hash.slice(13, 16)}-8${hash.slice(17, 20)}-${hash.slice(20)}`;
  });

describe('lists of the largest things', () => {
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
  }, 120_000);
  afterAll(async () => {
    await platform?.stop();
    await servers?.stop();
  }, 60_000);

  /** The answer of a loaded machine may be late: 503 is asked again. A creation that is repeated answers as the first. */
  async function must<T = ListPage>(person: Person, method: string, path: string, body?: unknown): Promise<T> {
    const headers: Record<string, string> = method === 'POST' ? { 'idempotency-key': randomUUID() } : {};
    const answered = async () => {
      const answer = await person.ask<T>(method, path, body, headers);
      return answer.status !== 503 && answer;
    };
    const { status, body: got } = await until(answered, 60_000, 200);
    expect([path, status < 300, status < 300 || got]).toEqual([path, true, true]);
    return got;
  }

  const read = (person: Person, path: string): Promise<ListPage> => must(person, 'GET', path);

  async function pagesOf(path: string, order: 'asc' | 'desc', limit = 200): Promise<readonly ListPage[]> {
    const pages: ListPage[] = [];
    for (let cursor = ''; ;) {
      const page = await read(work.person, `${path}?order=${order}&limit=${limit}${cursor}`);
      expect(page.has_more).toBe(page.next_cursor !== null);
      pages.push(page);
      if (page.next_cursor === null) return pages;
      cursor = `&cursor=${page.next_cursor}`;
    }
  }

  /** Every page of a list, in both orders: the same items, in opposite order. Returns their number. */
  async function everyItem(path: string): Promise<number> {
    const [forwards, backwards] = [await pagesOf(path, 'asc'), await pagesOf(path, 'desc')];
    const idsOf = (pages: readonly ListPage[]) => pages.flatMap(({ data }) => data.map(identityOf));
    const ids = idsOf(forwards);
    expect(new Set(ids).size).toBe(ids.length);
    expect(idsOf(backwards)).toEqual(ids.toReversed());
    for (const page of [...forwards, ...backwards])
      if (page.data.length > 1) expect(Buffer.byteLength(JSON.stringify(page))).toBeLessThan(MAX_PAGE);
    return ids.length;
  }

  /** 480 kB in eight values: a value has 64 KiB at most. */
  const variantsOf = (n: number) =>
    Array.from({ length: 8 }, (_, i) => ({
      name: `v${i}`,
      value: { text: `${n} ${i}`.padEnd(60_000, 'x') },
      weight: 1,
    }));

  it('segments are read page by page', async () => {
    const { person } = work;
    for (let n = 0; n < SEGMENTS; n += 1)
      await must(person, 'POST', '/segments', { key: `large.s${n}`, name: `${n}`, included: uuids(`${n}`) });
    for (let n = 0; n < EDITS; n += 1)
      await must(person, 'PATCH', '/segments/large.s0', { included: uuids(`edit ${n}`) });

    expect(await everyItem('/segments')).toBe(SEGMENTS);
  }, 180_000);

  it('flags, their history and strategies are read page by page', async () => {
    const { person } = work;
    for (let n = 0; n < FLAGS; n += 1) {
      const variants = variantsOf(n);
      await must(person, 'POST', '/flags', {
        key: `large.f${n}`,
        name: `${n}`,
        type: 'json',
        variants,
        default_variant: 'v0',
      });
    }
    for (let n = 0; n < EDITS; n += 1) {
      const variants = variantsOf(n + 1);
      await must(person, 'PATCH', '/flags/large.f0', { variants });
    }
    for (let n = 0; n < 8; n += 1) {
      const conditions = [{ attribute: 'a', operator: 'in', value: uuids(`${n}`) }];
      await must(person, 'POST', '/strategies', { name: `${n}`, conditions });
    }

    expect(await everyItem('/flags')).toBe(FLAGS);
    // The first state of the flag and of its two configs, then the edits.
    expect(await everyItem('/flags/large.f0/history')).toBe(3 + EDITS);
    expect(await everyItem('/strategies')).toBe(8);
  }, 240_000);

  it('their audit entries are read page by page, and each entry whole by its number', async () => {
    const event = '/audit?event=SegmentUpdated&limit=200';
    await until(async () => (await read(work.person, event)).data.length === EDITS, 120_000, 500);
    const [newest] = (await read(work.person, event)).data;

    const count = await everyItem('/audit');
    const whole = await must<Item>(work.person, 'GET', `/audit/${String(newest!['seq'])}`);

    expect(count).toBeGreaterThan(SEGMENTS + FLAGS + 2 * EDITS);
    expect(newest).not.toHaveProperty('after');
    expect(newest).toMatchObject({ diff_truncated: true });
    expect(whole).toMatchObject({
        seq: newest!['seq'], hash: newest!['hash'],
        before: { included: uuids(`edit ${EDITS - 2}`) }, after: { included: uuids(`edit ${EDITS - 1}`) },
      }); // prettier-ignore
    for (const seq of [count + 1_000, '0', 'x', '1e3'])
      expect((await work.person.ask('GET', `/audit/${seq}`)).status).toBe(404);
    expect((await other.person.ask('GET', '/audit/1')).body).not.toMatchObject({ hash: whole['hash'] });
    expect((await root.ask('GET', '/api/admin/audit/1')).status).toBe(200);
  }, 180_000);

  it.each(['/members', '/environments', '/environments/dev/sdk-keys'])(
    'are short of %s, all of which are read',
    async (path) => {
      expect(await everyItem(path)).toBeGreaterThan(0);
    },
  );
});
