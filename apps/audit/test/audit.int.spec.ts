import { PLATFORM } from '#libs/contracts';
import canonicalize from 'canonicalize';
import { GENESIS, linkHash } from '../src/domain/chain.js';
import { aFact, ORG_A, ORG_B } from './facts.js';
import { auditWorld, type AuditWorld } from './world.js';

describe('the audit service', () => {
  let audit: AuditWorld;
  beforeAll(async () => {
    audit = await auditWorld();
  });
  afterAll(() => audit.stop());

  const newOrg = (): string =>
    `01900000-0000-7000-8000-${Math.floor(Math.random() * 2 ** 48)
      .toString(16)
      .padStart(12, '0')}`;
  const eventsOf = async (org: string, filter: object): Promise<string[]> =>
    (await audit.list(org, filter)).data.map(({ event }) => event);

  it('appends each fact once, as a link that can be checked from the stored text', async () => {
    const facts = ['FlagCreated', 'FlagUpdated', 'FlagArchived'].map((event) => aFact({ event }));
    for (const fact of facts) await audit.publish(fact);
    await audit.publish(facts[1]!);

    const chain = await audit.chainOf(ORG_A, 3);
    await audit.publish(aFact({ event: 'FlagRestored' }));
    const after = await audit.chainOf(ORG_A, 4);

    expect(chain.map(({ seq, event }) => [seq, event])).toEqual([
      [1, 'FlagCreated'],
      [2, 'FlagUpdated'],
      [3, 'FlagArchived'],
    ]);
    expect(after).toHaveLength(4);
    const { rows } = await audit.as('app', ORG_A, 'select text, hash from entry order by seq');
    let previous = GENESIS.hash;
    for (const [i, row] of rows.entries()) {
      const text = row['text'] as string;
      expect(canonicalize(JSON.parse(text))).toBe(text);
      previous = linkHash(ORG_A, i + 1, previous, text);
      expect(Buffer.from(previous).toString('hex')).toBe((row['hash'] as Buffer).toString('hex'));
    }
  });

  it('keeps one gapless chain per organization and one for the platform while facts of all arrive at once', async () => {
    const [one, two] = [newOrg(), newOrg()];
    const facts = Array.from({ length: 45 }, (_, i) => aFact({ org_id: [one, two, null][i % 3]! }));

    await Promise.all(facts.map((fact) => audit.publish(fact)));

    for (const scope of [one, two, PLATFORM]) {
      const chain = await audit.chainOf(scope, 15);
      expect(chain.map(({ seq }) => seq)).toEqual(Array.from({ length: 15 }, (_, i) => i + 1));
    }
  });

  it('answers with actor, diff, the hashed content and the hash', async () => {
    const org = newOrg();
    await audit.publish(
      aFact({
        org_id: org,
        event: 'KillSwitchActivated',
        severity: 'notice',
        reason: 'refund bug',
        environment: 'prod',
      }),
    );

    const [entry] = await audit.chainOf(org, 1);

    expect(entry).toMatchObject({
      seq: 1,
      event: 'KillSwitchActivated',
      actor: { type: 'user', id: 'user-1', name: 'a@example.com' },
      diff: [{ op: 'replace', path: '/name', value: 'b' }],
      reason: 'refund bug',
      environment: 'prod',
      request_id: 'request-1',
      hash: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
  });

  it.each([
    ['event', { event: 'B' }, ['B']],
    ['actor', { actor_id: 'user-2' }, ['B']],
    ['resource type', { resource_type: 'segment' }, ['C']],
    ['resource', { resource_type: 'flag', resource_key: 'other.flag' }, ['B']],
    ['environment', { environment: 'prod' }, ['A']],
    ['severity', { severity: 'notice' }, ['C', 'B']],
    ['request', { request_id: 'r-3' }, ['C']],
    ['from, inclusive', { from: '2026-01-02T00:00:00.000Z' }, ['C', 'B']],
    ['to, inclusive', { to: '2026-01-02T00:00:00.000Z' }, ['B', 'A']],
    ['from and to, one moment', { from: '2026-01-02T00:00:00.000Z', to: '2026-01-02T00:00:00.000Z' }, ['B']],
    ['nothing', {}, ['C', 'B', 'A']],
    ['two things', { severity: 'notice', actor_id: 'user-2' }, ['B']],
    ['an event that never happened', { event: "x' or '1'='1" }, []],
  ])('finds entries by %s, newest first', async (_what, filter, expected) => {
    const org = newOrg();
    await audit.publish(aFact({ org_id: org, event: 'A', environment: 'prod', timestamp: '2026-01-01T00:00:00.000Z' }));
    await audit.publish(
      aFact({
        org_id: org,
        event: 'B',
        actorId: 'user-2',
        severity: 'notice',
        resource_key: 'other.flag',
        timestamp: '2026-01-02T00:00:00.000Z',
      }),
    );
    await audit.publish(
      aFact({
        org_id: org,
        event: 'C',
        severity: 'notice',
        resource_type: 'segment',
        request_id: 'r-3',
        timestamp: '2026-01-03T00:00:00.000Z',
      }),
    );
    await audit.chainOf(org, 3);

    expect(await eventsOf(org, filter)).toEqual(expected);
  });

  it.each(['desc', 'asc'] as const)('pages through everything once, order %s', async (order) => {
    const org = newOrg();
    for (let i = 0; i < 7; i++) await audit.publish(aFact({ org_id: org }));
    await audit.chainOf(org, 7);

    const seen: number[] = [];
    let cursor: string | undefined;
    do {
      const page = await audit.list(org, {}, { limit: 3, order, cursor });
      seen.push(...page.data.map(({ seq }) => seq));
      expect(page.has_more).toBe(page.next_cursor !== null);
      cursor = page.next_cursor ?? undefined;
    } while (cursor !== undefined);

    const ascending = [1, 2, 3, 4, 5, 6, 7];
    expect(seen).toEqual(order === 'asc' ? ascending : ascending.reverse());
  });

  it('refuses the cursor of another organization', async () => {
    const [one, two] = [newOrg(), newOrg()];
    for (let i = 0; i < 2; i++) await audit.publish(aFact({ org_id: one }));
    await audit.chainOf(one, 2);
    const { next_cursor: cursor } = await audit.list(one, {}, { limit: 1 });

    await expect(audit.list(two, {}, { cursor: cursor! })).rejects.toMatchObject({ code: 'invalid_cursor' });
  });

  it('shows an organization no entries of another one and none of the platform', async () => {
    await audit.publish(aFact({ org_id: ORG_B }));
    await audit.publish(aFact({ org_id: null }));
    await audit.chainOf(ORG_B, 1);
    await audit.chainOf(PLATFORM, 1);

    expect(await audit.list(newOrg())).toEqual({ data: [], next_cursor: null, has_more: false });
    const { rows } = await audit.as('app', ORG_B, `select distinct org_id from entry where org_id is not null`);
    expect(rows).toEqual([{ org_id: ORG_B }]);
  });

  it.each([
    ['app', `update entry set text = '{}'`],
    ['app', 'delete from entry'],
    ['system', `update entry set text = '{}'`],
    ['system', 'delete from entry'],
    ['system', 'truncate entry'],
    ['owner', 'truncate entry'],
    ['app', 'delete from chain_head'],
  ] as const)('forbids the %s role to run: %s', async (role, sql) => {
    await audit.publish(aFact({ org_id: ORG_B }));
    await audit.chainOf(ORG_B, 1);

    await expect(audit.as(role, ORG_B, sql)).rejects.toMatchObject({ code: '42501' });
  });

  it('refuses changes by the owner of the table even without row-level security', async () => {
    await audit.publish(aFact({ org_id: ORG_B }));
    await audit.chainOf(ORG_B, 1);
    const past = 'alter table entry no force row level security';

    for (const change of [`update entry set event = 'x'`, 'delete from entry']) {
      await expect(audit.as('owner', ORG_B, `begin; ${past}; ${change}; rollback`)).rejects.toMatchObject({
        code: '42501',
      });
    }
  });
});
