import type { FlagConfigPatch, Origin } from '#libs/contracts';
import { deltaOf } from '../../../test/given.js';
import { inMemoryWorld } from '../../../test/in-memory/world.js';
import { UpdateConfig } from '../configs/update-config.js';
import { ArchiveFlag } from '../flags/archive-flag.js';
import { CreateStrategy } from '../strategies/create-strategy.js';
import { UpdateStrategy } from '../strategies/update-strategy.js';
import { TakeScheduledSteps } from './take-scheduled-steps.js';

const MINUTE_MS = 60_000;

const given = async () => {
  const world = inMemoryWorld();
  const { uow, clock, ids } = world;
  const org = await world.organization('dev', 'prod');
  const inMinutes = (minutes: number) => new Date(clock.now().getTime() + minutes * MINUTE_MS).toISOString();
  return {
    ...world,
    org,
    takeScheduledSteps: new TakeScheduledSteps(uow, uow, clock, ids),
    createStrategy: new CreateStrategy(uow, ids, clock),
    /** A schedule with a step after so many minutes each. */
    scheduleAfter: (...minutes: readonly number[]) => ({
      steps: minutes.map((after, index) => ({ percentage: 10 * (index + 1), start_at: inMinutes(after) })),
    }),
    dueCount: async () => (await uow.due(new Date(8.64e15))).length,
    async flagWith(rule: NonNullable<FlagConfigPatch['rules']>[number], origin: Origin = org): Promise<void> {
      await world.flag(origin, 'checkout');
      await world.config(origin, 'checkout', 'dev', { enabled: true, rules: [rule] });
    },
  };
};

describe('TakeScheduledSteps', () => {
  it('counts a step of a config, whose version stays, with one fact, a line of history and no audit entry', async () => {
    const { takeScheduledSteps, flagWith, scheduleAfter, clock, facts, org, accounts, uow, directory, ids } =
      await given();
    const updateConfig = new UpdateConfig(directory, ids);
    await flagWith({ conditions: [], schedule: scheduleAfter(1) });
    clock.advance(MINUTE_MS);

    await takeScheduledSteps.execute();

    const queued = facts(org);
    const [dev, prod] = accounts.environments.map(({ id }) => id);
    const { resource: state } = await uow.change(org, async (tx) => {
      const flag = await tx.flags.find('checkout');
      return tx.history.find(flag!.id, 5);
    });
    expect(queued.map(({ type }) => type)).toEqual(['ruleset.changed', 'flag.updated']);
    expect(queued[1]!.data).toMatchObject({ changed: ['config'], environments: ['dev'], cause: 'schedule' });
    expect(queued[1]!.environment_id).toBe(dev);
    expect(deltaOf(queued).changes).toMatchObject([
      { document: { configs: { [dev!]: { version: 2, step: 1 }, [prod!]: { version: 1 } } } },
    ]);
    expect(state).toMatchObject({ environment: dev, snapshot: { version: 2, environment: 'dev', enabled: true } });
    await updateConfig.execute({ key: 'checkout', environment: 'dev', patch: { enabled: false }, if_version: 2 }, org);
    expect(deltaOf(facts(org)).changes).toMatchObject([{ document: { configs: { [dev!]: { version: 3, step: 1 } } } }]);
  });

  it('takes a step once, and steps that began together as one version', async () => {
    const { takeScheduledSteps, flagWith, scheduleAfter, clock, facts, org } = await given();
    await flagWith({ conditions: [], schedule: scheduleAfter(1, 2) });
    await takeScheduledSteps.execute();
    expect(facts(org)).toEqual([]);
    clock.advance(5 * MINUTE_MS);

    await takeScheduledSteps.execute();
    await takeScheduledSteps.execute();

    expect(facts(org).map(({ type }) => type)).toEqual(['ruleset.changed', 'flag.updated']);
  });

  it('counts a step of a strategy, whose version stays', async () => {
    const { takeScheduledSteps, createStrategy, scheduleAfter, clock, facts, org, uow } = await given();
    const draft = { name: 'Ramp', conditions: [], schedule: scheduleAfter(1) };
    const { resource } = await createStrategy.execute(draft, org);
    facts(org);
    clock.advance(MINUTE_MS);

    await takeScheduledSteps.execute();

    const queued = facts(org);
    expect(queued.map(({ type }) => type)).toEqual(['ruleset.changed', 'strategy.updated']);
    expect(queued[1]!.data).toMatchObject({ strategy_id: resource.id, cause: 'schedule' });
    expect(deltaOf(queued).changes).toMatchObject([{ document: { version: 1, step: 1 } }]);
    const patch = { description: 'Slowly' };
    await new UpdateStrategy(uow).execute({ id: resource.id, patch, if_version: 1 }, org);
    expect(deltaOf(facts(org)).changes).toMatchObject([{ document: { version: 2, step: 1 } }]);
  });

  it('forgets steps that an edit removed, and those of archived flags, without a version', async () => {
    const { takeScheduledSteps, flagWith, scheduleAfter, clock, facts, org, uow, flag, config, dueCount } =
      await given();
    await flagWith({ conditions: [], schedule: scheduleAfter(1) });
    await config(org, 'checkout', 'dev', { rules: [] });
    await flag(org, 'archived');
    await config(org, 'archived', 'dev', { rules: [{ conditions: [], schedule: scheduleAfter(1) }] });
    await new ArchiveFlag(uow).execute({ key: 'archived' }, org);
    facts(org);
    clock.advance(MINUTE_MS);
    expect(await dueCount()).toBe(2);

    await takeScheduledSteps.execute();

    expect(facts(org)).toEqual([]);
    expect(await dueCount()).toBe(0);
  });

  it('goes on after a document that fails, and throws its failure in the end', async () => {
    const { flagWith, createStrategy, scheduleAfter, clock, ids, facts, org, uow, dueCount } = await given();
    await flagWith({ conditions: [], schedule: scheduleAfter(1) });
    await createStrategy.execute({ name: 'Ramp', conditions: [], schedule: scheduleAfter(2) }, org);
    facts(org);
    clock.advance(2 * MINUTE_MS);
    let attempts = 0;
    const failing = {
      read: uow.read.bind(uow),
      changeOnce: uow.changeOnce.bind(uow),
      change: ((origin, work) =>
        attempts++ === 0 ? Promise.reject(new Error('broken')) : uow.change(origin, work)) as typeof uow.change,
    };

    await expect(new TakeScheduledSteps(failing, uow, clock, ids).execute()).rejects.toThrow('broken');

    expect(facts(org).map(({ type }) => type)).toEqual(['ruleset.changed', 'strategy.updated']);
    expect(await dueCount()).toBe(1);
  });
});
