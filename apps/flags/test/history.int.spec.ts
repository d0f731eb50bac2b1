import fc from 'fast-check';
import type { FlagConfigView, FlagVersionView, FlagView, Origin } from '#libs/contracts';
import { patch as applyPatch, type Op } from 'jsondiffpatch/formatters/jsonpatch';
import { ListHistory } from '../src/application/history/list-history.js';
import { PostgresHistory } from '../src/db/history.store.js';
import { sameJson } from '#libs/kernel';
import { content } from '../src/domain/flags/history.js';
import { anEnvironmentFact, deltaOf, flagsWorld, refused, type World } from './world.js';

let world: World;
beforeAll(async () => {
  world = await flagsWorld();
});
afterAll(() => world.stop());

const variants = (...names: string[]) => names.map((name) => ({ name, value: name, weight: 1 }));
const aFlag = (key: string) => ({
  key, name: key, type: 'string' as const, variants: variants('a', 'b', 'c'), default_variant: 'a',
}); // prettier-ignore
const newestFirst = { limit: 50, order: 'desc' as const };

async function wholeHistory(key: string, org: Origin): Promise<readonly FlagVersionView[]> {
  const { data } = await world.listHistory.execute({ key, page: { limit: 200, order: 'asc' } }, org);
  return data;
}

describe('the history of a flag', () => {
  it('shows what changed in which part, newest first, with author and note', async () => {
    const org = await world.organization('dev', 'prod');
    await world.createFlag.execute(aFlag('told'), org);
    const rules = [{ id: 'r1', conditions: [], percentage: 20 }];
    const configure = (environment: string, patch: object) =>
      world.updateConfig.execute({ key: 'told', environment, patch }, org);
    await configure('dev', { enabled: true, rules, note: 'ship it' });
    await configure('prod', { enabled: true });
    await configure('dev', { rules: [{ ...rules[0]!, percentage: 50 }] });
    await world.updateFlag.execute({ key: 'told', patch: { name: 'Told' } }, org);
    await world.archiveFlag.execute({ key: 'told' }, org);

    const { data, has_more } = await world.listHistory.execute({ key: 'told', page: newestFirst }, org);

    expect(has_more).toBe(false);
    expect(data.map(({ version, environment, resource_version, note }) => [version, environment, resource_version, note])).toEqual([
      [8, null, 3, null], [7, null, 2, null], [6, 'dev', 3, null], [5, 'prod', 2, null], [4, 'dev', 2, 'ship it'],
      [3, 'prod', 1, null], [2, 'dev', 1, null], [1, null, 1, null],
    ]); // prettier-ignore
    expect(data.map(({ diff }) => diff)).toEqual([
      [{ op: 'replace', path: '/archived_at', value: expect.any(String) as string }],
      [{ op: 'replace', path: '/name', value: 'Told' }],
      [{ op: 'replace', path: '/rules/0/percentage', value: 50 }],
      [{ op: 'replace', path: '/enabled', value: true }],
      expect.arrayContaining([{ op: 'replace', path: '/enabled', value: true }]),
      [], [], null,
    ]); // prettier-ignore
    expect(data.every(({ cause, seq, version }) => cause === 'person' && seq === version)).toBe(true);
    expect(data.every(({ author }) => author.id === org.actor.id)).toBe(true);
  });

  it('comes in pages that neither repeat nor skip a version, also when their size limits them', async () => {
    const org = await world.organization('dev');
    await world.createFlag.execute(aFlag('paged'), org);
    for (let n = 0; n < 24; n++) {
      const patch = { description: `${n} ${'x'.repeat(500)}` };
      await world.updateFlag.execute({ key: 'paged', patch }, org);
    }
    const small = new ListHistory(new PostgresHistory(world.database, 2_000));

    for (const order of ['asc', 'desc'] as const) {
      const seen: number[] = [];
      for (let cursor: string | undefined; ;) {
        const page = await small.execute({ key: 'paged', page: { limit: 10, order, cursor } }, org);
        seen.push(...page.data.map(({ seq }) => seq));
        expect(page.data.length).toBeGreaterThan(0);
        expect(page.has_more).toBe(page.next_cursor !== null);
        if (page.next_cursor === null) break;
        cursor = page.next_cursor;
      }
      const all = Array.from({ length: 26 }, (_, n) => n + 1);
      expect(seen).toEqual(order === 'asc' ? all : all.toReversed());
    }
    const { next_cursor } = await small.execute({ key: 'paged', page: { limit: 1, order: 'asc' } }, org);
    await refused(
      small.execute({ key: 'paged', page: { limit: 1, order: 'desc', cursor: next_cursor! } }, org),
      'invalid_cursor',
    );
  });

  it('is hidden from other organizations', async () => {
    const [first, second] = [await world.organization('dev'), await world.organization('dev')];
    await world.createFlag.execute(aFlag('mine'), first);

    await refused(world.listHistory.execute({ key: 'mine', page: newestFirst }, second), 'not_found');
    await refused(world.rollbackFlag.execute({ key: 'mine', to_version: 1 }, second), 'not_found');
  });
});

describe('rolling back', () => {
  it('is one version, one delta, flag.updated and one FlagRolledBack, with a note', async () => {
    const org = await world.organization('dev');
    await world.createFlag.execute(aFlag('back'), org);
    const patch = { enabled: true, targets: { b: ['u1'] } };
    await world.updateConfig.execute({ key: 'back', environment: 'dev', patch }, org);
    await world.updateConfig.execute({ key: 'back', environment: 'dev', patch: { enabled: false, targets: {} } }, org);
    await world.facts(org);

    const { resource } = await world.rollbackFlag.execute({ key: 'back', to_version: 3, note: 'oops' }, org);

    expect(resource).toMatchObject({ environment: 'dev', version: 4, ...patch });
    const facts = await world.facts(org);
    expect(facts.map(({ type }) => type)).toEqual(['ruleset.changed', 'flag.updated', 'audit.recorded']);
    expect(deltaOf(facts).changes).toHaveLength(1);
    expect(facts[1]!.data).toMatchObject({ changed: ['config'], environments: ['dev'] });
    expect(facts[2]!.data).toMatchObject({
      event: 'FlagRolledBack', environment: 'dev', note: 'oops', metadata: { to_version: 3 },
    }); // prettier-ignore
    const [newest] = (await world.listHistory.execute({ key: 'back', page: newestFirst }, org)).data;
    expect(newest).toMatchObject({
      version: 5,
      environment: 'dev',
      resource_version: 4,
      note: 'oops',
      cause: 'rollback',
    });
    const again = await world.rollbackFlag.execute({ key: 'back', to_version: 3 }, org);
    expect([resource.changed, again.resource.changed]).toEqual([true, false]);
    expect(await world.facts(org)).toEqual([]);
  });

  it('has the checks of any write', async () => {
    const org = await world.organization('dev');
    await world.createFlag.execute(aFlag('checked'), org);
    const serve = (variant: string) => [{ id: 'r', conditions: [], serve: { variant } }];
    const configure = (variant: string) =>
      world.updateConfig.execute({ key: 'checked', environment: 'dev', patch: { rules: serve(variant) } }, org);
    await configure('b');
    await configure('a');
    await world.updateFlag.execute({ key: 'checked', patch: { variants: variants('a', 'c', 'd') } }, org);
    const back = (to_version: number, if_version?: number) =>
      world.rollbackFlag.execute({ key: 'checked', to_version, if_version }, org);

    await refused(back(3), 'unknown_variant');
    await configure('d');
    await refused(back(1), 'variant_in_use');
    await refused(back(4, 1), 'version_conflict');
    await refused(back(99), 'not_found');
    await refused(back(1.5), 'invalid_type');
    await world.sql('update environment set protected = true where org_id = $1', [org.scope]);
    await refused(back(4), 'precondition_required');
    await back(4, 4);
    await back(1);
    const environment = world.accounts.environments.find(({ scope }) => scope === org.scope)!;
    const deleted = { ...environment, isDeleted: true };
    await world.learnEnvironment.execute(anEnvironmentFact('deleted', deleted), deleted);
    await refused(back(4, 5), 'not_found');
    await world.archiveFlag.execute({ key: 'checked' }, org);
    await refused(back(1), 'archived');
  });

  type Edit = { part: 'flag'; name: string; tags: string[]; salt: string } | {
    part: 'dev' | 'prod'; enabled: boolean; percentages: number[]; targets: string[];
  }; // prettier-ignore
  const name = fc.stringMatching(/^[a-z]{1,6}$/);
  const edits: fc.Arbitrary<Edit> = fc.oneof(
    fc.record({ part: fc.constant('flag' as const), name, tags: fc.uniqueArray(name, { maxLength: 3 }), salt: name }),
    fc.record({
      part: fc.constantFrom('dev' as const, 'prod' as const),
      enabled: fc.boolean(),
      percentages: fc.array(fc.integer({ min: 0, max: 100 }), { maxLength: 4 }),
      targets: fc.uniqueArray(name, { maxLength: 4 }),
    }),
  );
  const make = (edit: Edit, org: Origin): Promise<unknown> => {
    if (edit.part === 'flag') {
      const { part: _part, ...patch } = edit;
      return world.updateFlag.execute({ key: 'any', patch }, org);
    }
    const rules = edit.percentages.map((percentage, n) => ({ id: `r${n}`, conditions: [], percentage }));
    const patch = { enabled: edit.enabled, rules, targets: { b: edit.targets } };
    return world.updateConfig.execute({ key: 'any', environment: edit.part, patch }, org);
  };
  const parts = async (org: Origin): Promise<Record<string, object>> => {
    const flag = content(await world.getFlag.execute({ key: 'any' }, org));
    const { data } = await world.listConfigs.execute({ key: 'any' }, org);
    return { flag, ...Object.fromEntries(data.map((config) => [config.environment, content(config)])) };
  };

  it('to any version restores that part and leaves the others, and the diffs lead from each version to the next', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(edits, { minLength: 1, maxLength: 8 }), fc.nat(), async (changes, pick) => {
        const org = await world.organization('dev', 'prod');
        const states = [];
        await world.createFlag.execute(aFlag('any'), org);
        for (const seq of [1, 2, 3]) states[seq] = await parts(org);
        for (const change of changes) {
          await make(change, org);
          const { length } = await wholeHistory('any', org);
          states[length] ??= await parts(org);
        }
        const history = await wholeHistory('any', org);
        const target = history[pick % history.length]!;
        const part = target.environment ?? 'flag';
        const before = await parts(org);

        const { resource } = await world.rollbackFlag.execute({ key: 'any', to_version: target.seq }, org);

        const wanted = states[target.seq]![part]!;
        const { changed, ...restored } = resource;
        expect(content(restored as FlagView | FlagConfigView)).toEqual(wanted);
        expect(changed).toBe(!sameJson(before[part], wanted));
        expect(await parts(org)).toEqual({ ...before, [part]: wanted });
        for (const { diff, environment, seq } of await wholeHistory('any', org)) {
          if (diff === null || states[seq] === undefined) continue;
          const earlier = history.filter((line) => line.environment === environment && line.seq < seq).at(-1);
          if (earlier === undefined) {
            expect(diff).toEqual([]);
            continue;
          }
          const document = structuredClone(states[earlier.seq]![environment ?? 'flag']!);
          applyPatch(document, diff as Op[]);
          expect(document).toEqual(states[seq]![environment ?? 'flag']);
        }
      }),
      { numRuns: 25 },
    );
  });
});
