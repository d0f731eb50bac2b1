import { formatEpoch, PLATFORM, refOf, type RulesetDocument, type RulesetPage } from '#libs/contracts';
import { PostgresRulesets } from '../../src/db/rulesets/ruleset.store.js';
import { anAdmin, AN_EPOCH, flagsWorld, type World } from '../world.js';

let world: World;
beforeAll(async () => {
  world = await flagsWorld();
});
afterAll(() => world.stop());

async function anOrganizationWithEverything() {
  const org = await world.organization('dev', 'prod');
  const keys = ['z.last', 'a.first', 'mid_a', 'mid.a', 'midx'];
  for (const key of keys) await world.createFlag.execute({ key, name: key, type: 'boolean' }, org);
  await world.createKillSwitch.execute({ key: 'stop_all', name: 'x', linked_flag_keys: keys }, org);
  await world.createKillSwitch.execute({ key: 'deleted', name: 'x', linked_flag_keys: [] }, org);
  await world.deleteKillSwitch.execute({ key: 'deleted' }, org);
  return org;
}

describe('a ruleset in pages', () => {
  it.each([1, 700, 1_000_000])('of %i bytes holds every document once, in the order of refs', async (maxPageBytes) => {
    const { scope } = await anOrganizationWithEverything();
    const rulesets = new PostgresRulesets(world.database, world.epochs, maxPageBytes);
    const pages: RulesetPage[] = [];
    for (let after: string | undefined; ;) {
      const page = await rulesets.page(scope, after);
      pages.push(page);
      if (page.next === null) break;
      after = page.next;
    }

    const refs = pages.flatMap(({ documents }) => documents.map(refOf));
    const whole = await rulesets.snapshot(scope);
    expect(refs).toEqual(whole.documents.map(refOf));
    expect(refs).toEqual(refs.toSorted());
    expect(refs.slice(2)).toEqual([
      'flag:a.first', 'flag:mid.a', 'flag:mid_a', 'flag:midx', 'flag:z.last', 'kill_switch:stop_all',
    ]); // prettier-ignore
    expect(pages.every(({ version }) => version === whole.version)).toBe(true);
    const bytes = ({ documents }: { documents: readonly RulesetDocument[] }) => JSON.stringify(documents).length;
    expect(pages.every((page) => page.documents.length === 1 || bytes(page) <= maxPageBytes + 100)).toBe(true);
  });

  it('holds all rows when they need several queries', async () => {
    const org = await world.organization();
    await world.createFlag.execute({ key: 'template', name: 'x', type: 'boolean' }, org);
    await world.sql(
      `insert into flag select (jsonb_populate_record(flag, jsonb_build_object('id', gen_random_uuid(), 'key', 'gen.f' || n))).*
       from flag, generate_series(1, 250) n where org_id = $1`,
      [org.scope],
    );

    const { documents } = await world.rulesets.snapshot(org.scope);

    expect(new Set(documents.map(refOf)).size).toBe(251);
  });

  it('holds the same documents as the deltas', async () => {
    const org = await world.organization('dev');
    await world.createFlag.execute({ key: 'shown', name: 'x', type: 'boolean' }, org);
    const patch = { enabled: true, targets: { on: ['u'] }, rules: [{ conditions: [], percentage: 12.5 }] };
    await world.facts(org);
    await world.updateConfig.execute({ key: 'shown', environment: 'dev', patch }, org);
    const [delta] = await world.facts(org);

    const { documents } = await world.rulesets.snapshot(org.scope);

    expect(JSON.parse(JSON.stringify(documents.find(({ kind }) => kind === 'flag')))).toEqual(
      (delta!.data as { changes: { document: unknown }[] }).changes[0]!.document,
    );
  });
});

describe('versions', () => {
  it('are returned for many scopes at once; a scope that was never written is at 0 of this epoch', async () => {
    const org = await world.organization('dev');
    const nobody = anAdmin();

    const versions = await world.rulesets.versions([org.scope, nobody.scope, PLATFORM]);

    expect(new Map(versions.map(({ scope, version }) => [scope, version]))).toEqual(
      new Map([[org.scope, 1], [nobody.scope, 0], [PLATFORM, 0]]),
    ); // prettier-ignore
    expect(versions.every(({ epoch }) => epoch === AN_EPOCH)).toBe(true);
  });

  it('belong to an epoch, and the next epoch is always later', async () => {
    const next = await world.epochs.renew();
    const org = anAdmin();

    const { ruleset_version } = await world.createFlag.execute({ key: 'abc', name: 'x', type: 'boolean' }, org);

    expect(next).toBe(formatEpoch(Date.parse('2026-03-01T10:00:00.000Z') + 1));
    expect(ruleset_version).toBe(`${next}.0.1`);
  });
});
