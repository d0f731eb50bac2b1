import { PLATFORM, type FlagDocument, type Origin } from '#libs/contracts';
import { Database } from '#libs/postgres';
import type { TakeScheduledSteps } from '../../src/application/rulesets/take-scheduled-steps.js';
import { UuidV7Ids } from '#libs/crypto';
import { ROLE_SECRET } from '#libs/testing';
import { composeCore, composeManagement } from '../../src/composition.js';
import { anAdmin, anEnvironmentFact, deltaOf, flagsWorld, type World } from '../world.js';

let world: World;
let other: Database;
let replicas: readonly TakeScheduledSteps[];
beforeAll(async () => {
  world = await flagsWorld();
  other = new Database({ service: 'flags', url: world.url, roleSecret: ROLE_SECRET });
  const { clock, alarm, accounts } = world;
  const core = composeCore({ database: other, clock, ids: new UuidV7Ids(), alarm });
  replicas = [world.takeScheduledSteps, composeManagement(core, accounts).takeScheduledSteps];
});
afterAll(async () => {
  await other.close();
  await world.stop();
});

const MINUTE_MS = 60_000;
const inMinutes = (minutes: number): string =>
  new Date(world.clock.now().getTime() + minutes * MINUTE_MS).toISOString();
const steps = (...minutes: number[]) => ({
  steps: minutes.map((at, index) => ({ percentage: 10 * (index + 1), start_at: inMinutes(at) })),
});
const onBoth = () => Promise.all(replicas.map((replica) => replica.execute()));
const pending = async ({ scope }: Origin): Promise<number> =>
  (await world.sql('select 1 from schedule_step where scope = $1', [scope])).length;

async function aScheduledFlag(key: string, org: Origin, ...minutes: number[]): Promise<void> {
  await world.createFlag.execute({ key, name: key, type: 'boolean' }, org);
  const rules = [{ conditions: [], schedule: steps(...minutes) }];
  await world.updateConfig.execute({ key, environment: 'dev', patch: { enabled: true, rules } }, org);
  await world.facts(org);
}

describe('at each step of a schedule', () => {
  it('the ruleset rises once, however many replicas run: one delta, flag.updated, no audit entry', async () => {
    const org = await world.organization('dev', 'prod');
    await aScheduledFlag('rollout', org, 1, 2);
    const before = await world.version(org);

    await onBoth();
    expect(await world.facts(org)).toEqual([]);
    world.clock.advance(MINUTE_MS);
    await onBoth();
    await onBoth();

    const facts = await world.facts(org);
    expect(facts.map(({ type }) => type)).toEqual(['ruleset.changed', 'flag.updated']);
    expect(facts[1]).toMatchObject({
      actor: { type: 'system' },
      data: { flag_key: 'rollout', changed: ['config'], environments: ['dev'], cause: 'schedule', version: before + 1 },
    });
    const { document } = deltaOf(facts).changes[0]!;
    const configs = Object.values((document as FlagDocument).configs).map(({ version, step = 0 }) => [version, step]);
    expect(configs.toSorted()).toEqual([
      [1, 0],
      [2, 1],
    ]);
    const { documents } = await world.rulesets.page(org.scope, undefined);
    expect(documents).toContainEqual(document);
    expect(await world.version(org)).toBe(before + 1);

    world.clock.advance(MINUTE_MS);
    await onBoth();
    expect((await world.facts(org)).map(({ type }) => type)).toEqual(['ruleset.changed', 'flag.updated']);
    expect(await pending(org)).toBe(0);
  });

  it('leaves the configuration, its version and its author as they are, and has a line of history by the system', async () => {
    const org = await world.organization('dev');
    await aScheduledFlag('quiet', org, 1);
    const question = { key: 'quiet', environment: 'dev' };
    const before = await world.getConfig.execute(question, org);
    world.clock.advance(MINUTE_MS);

    await onBoth();

    expect(await world.getConfig.execute(question, org)).toEqual(before);
    const page = { limit: 1, order: 'desc' as const };
    const [newest] = (await world.listHistory.execute({ key: 'quiet', page }, org)).data;
    expect(newest).toMatchObject({
      version: 4,
      environment: 'dev',
      resource_version: before.version,
      author: { type: 'system' },
      cause: 'schedule',
      diff: [],
    });
    expect(newest!.note).toMatch(/^Schedule: rule \S+ at \d+ %$/);
    const back = await world.rollbackFlag.execute({ key: 'quiet', to_version: 4, if_version: before.version }, org);
    expect(back.resource.changed).toBe(false);
  });

  it('the step of a strategy is counted and its version stays, with one delta and strategy.updated', async () => {
    const org = await world.organization('dev');
    const draft = { name: 'Slowly', conditions: [], schedule: steps(1) };
    const { resource } = await world.createStrategy.execute(draft, org);
    await world.facts(org);
    world.clock.advance(MINUTE_MS);

    await onBoth();

    const facts = await world.facts(org);
    expect(facts.map(({ type }) => type)).toEqual(['ruleset.changed', 'strategy.updated']);
    expect(facts[1]!.data).toMatchObject({ strategy_id: resource.id, cause: 'schedule' });
    const { document } = deltaOf(facts).changes[0]!;
    expect(document).toMatchObject({ version: 1, step: 1 });
    expect((await world.rulesets.page(org.scope, undefined)).documents).toContainEqual(document);
  });

  it('flags and strategies of the platform raise its own version', async () => {
    const platform = anAdmin(PLATFORM);
    await world.createFlag.execute({ key: 'plat.slow', name: 'x', type: 'boolean' }, platform);
    const rules = [{ conditions: [], schedule: steps(1) }];
    await world.updateConfig.execute({ key: 'plat.slow', environment: '*', patch: { rules } }, platform);
    await world.facts(platform);
    const before = await world.version(platform);
    world.clock.advance(MINUTE_MS);

    await onBoth();

    expect(await world.version(platform)).toBe(before + 1);
    expect((await world.facts(platform))[1]!.data).toMatchObject({ flag_key: 'plat.slow', environments: ['*'] });
  });
});

describe('steps', () => {
  it('that began while no process ran are taken together', async () => {
    const org = await world.organization('dev');
    await aScheduledFlag('missed', org, 1, 2, 3);
    const before = await world.version(org);
    world.clock.advance(10 * MINUTE_MS);

    await onBoth();

    expect(await world.version(org)).toBe(before + 1);
    expect(await pending(org)).toBe(0);
  });

  it.each<[string, (org: Origin) => Promise<unknown>]>([
    [
      'was taken out',
      (org) => world.updateConfig.execute({ key: 'gone', environment: 'dev', patch: { rules: [] } }, org),
    ],
    ['was archived', (org) => world.archiveFlag.execute({ key: 'gone' }, org)],
    [
      'was deleted',
      async (org) => {
        await world.archiveFlag.execute({ key: 'gone' }, org);
        await world.deleteFlag.execute({ key: 'gone' }, org);
      },
    ],
    [
      'lost its environment',
      async (org) => {
        const environment = world.accounts.environments.find(({ scope }) => scope === org.scope)!;
        const deleted = { ...environment, isDeleted: true };
        await world.learnEnvironment.execute(anEnvironmentFact('deleted', deleted), deleted);
      },
    ],
  ])('of a schedule that %s change nothing, and are forgotten', async (_, change) => {
    const org = await world.organization('dev');
    await aScheduledFlag('gone', org, 1);
    await change(org);
    await world.facts(org);
    const before = await world.version(org);
    world.clock.advance(MINUTE_MS);

    await onBoth();

    expect(await world.facts(org)).toEqual([]);
    expect(await world.version(org)).toBe(before);
    expect(await pending(org)).toBe(0);
  });

  it('of a flag that fails do not delay other flags', async () => {
    const [bad, good] = [await world.organization('dev'), await world.organization('dev')];
    await aScheduledFlag('broken', bad, 1);
    await aScheduledFlag('fine', good, 2);
    await world.sql(
      `update flag set variants = (select jsonb_agg(jsonb_build_object('name', n, 'weight', 1,
      'value', repeat('x', 10000))) from generate_series(1, 60) n) where org_id = $1`,
      [bad.scope],
    );
    world.clock.advance(2 * MINUTE_MS);

    await expect(replicas[0]!.execute()).rejects.toMatchObject({ code: 'too_large' });

    expect((await world.facts(good)).map(({ type }) => type)).toEqual(['ruleset.changed', 'flag.updated']);
    expect(await pending(bad)).toBe(1);
    await world.sql('delete from schedule_step where scope = $1', [bad.scope]);
  });
});
