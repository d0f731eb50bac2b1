import type { Condition, Origin } from '#libs/contracts';
import { refused } from '../../../test/given.js';
import { inMemoryWorld } from '../../../test/in-memory/world.js';
import { ArchiveFlag } from '../flags/archive-flag.js';
import { RestoreFlag } from '../flags/restore-flag.js';
import { CreateSegment } from '../segments/create-segment.js';
import { UpdateSegment } from '../segments/update-segment.js';
import { CreateStrategy } from '../strategies/create-strategy.js';
import { UpdateStrategy } from '../strategies/update-strategy.js';

/** `count` patterns that compile to about `size` instructions each. */
const patterns = (count: number, size = 10): Condition => ({
  any: Array.from({ length: count }, (_, at) => ({
    attribute: 'a',
    operator: 'matches' as const,
    value: `^[ab]{${size}}${at}`,
  })),
});
const inSegment = (...keys: string[]): Condition => ({ all: keys.map((segment) => ({ segment, operator: 'in' })) });

async function given() {
  const world = inMemoryWorld();
  const org = await world.organization('dev', 'prod');
  await world.flag(org, 'checkout');
  const { uow, ids, clock } = world;
  const createSegment = new CreateSegment(uow, ids, clock);
  const createStrategy = new CreateStrategy(uow, ids, clock);
  const segment = (key: string, conditions: Condition) => createSegment.execute({ key, name: key, conditions }, org);
  const strategy = async (conditions: Condition) =>
    (await createStrategy.execute({ name: 'beta', conditions }, org)).resource.id;
  const rules = (...conditions: Condition[]) =>
    world.config(org, 'checkout', 'dev', { rules: conditions.map((tree) => ({ conditions: tree })) });
  return { ...world, org, segment, strategy, rules };
}
const tooMany = async (work: Promise<unknown>, what: string): Promise<void> => {
  const error = await refused(work, 'invalid_pattern');
  expect(error.message).toContain(what);
};
const edit = (uow: ReturnType<typeof inMemoryWorld>['uow'], key: string, conditions: Condition, org: Origin) =>
  new UpdateSegment(uow).execute({ key, patch: { conditions } }, org);

describe('the budget for patterns of a flag in one environment', () => {
  it('is 50 patterns, in all rules together', async () => {
    const { rules } = await given();

    await rules(patterns(25), patterns(25));
    await refused(rules(patterns(25), patterns(26)), 'invalid_pattern');
    await refused(rules(patterns(5_500)), 'invalid_pattern');
  });

  it('is 2,000 compiled instructions', async () => {
    const { rules } = await given();

    await rules(patterns(18, 100));
    await tooMany(rules(patterns(20, 100)), 'at most 50 patterns of 2000 compiled instructions');
  });

  it('includes each use of a strategy, and each segment once, however it is reached', async () => {
    const { org, config, segment, strategy, rules } = await given();
    await segment('inner', patterns(20));
    await segment('outer', inSegment('inner'));
    const strategy_id = await strategy(patterns(15));

    await rules(patterns(30), inSegment('outer', 'inner'), inSegment('inner'));
    await tooMany(rules(patterns(31), inSegment('outer')), 'The flag checkout would use 51 patterns');
    await config(org, 'checkout', 'dev', { rules: [{ strategy_id }, { strategy_id }, { strategy_id }] });
    const uses = [{ strategy_id }, { strategy_id }, { strategy_id }, { strategy_id }];
    await refused(config(org, 'checkout', 'dev', { rules: uses }), 'invalid_pattern');
  });

  it('is each environment’s own', async () => {
    const { org, config } = await given();

    for (const environment of ['dev', 'prod']) {
      await config(org, 'checkout', environment, { rules: [{ conditions: patterns(50) }] });
    }
  });

  it('refuses the edit of a segment or strategy that would break it for a flag, and names the flag', async () => {
    const { org, uow, config, segment, strategy, rules } = await given();
    await segment('inner', patterns(10));
    await segment('outer', inSegment('inner'));
    const strategy_id = await strategy(patterns(10));
    await rules(patterns(30), inSegment('outer'));
    await config(org, 'checkout', 'prod', { rules: [{ strategy_id }, { conditions: patterns(30) }] });

    await edit(uow, 'inner', patterns(20), org);
    await tooMany(edit(uow, 'inner', patterns(21), org), 'The flag checkout would use 51 patterns');
    const grow = (count: number) =>
      new UpdateStrategy(uow).execute({ id: strategy_id, patch: { conditions: patterns(count) } }, org);
    await grow(20);
    await tooMany(grow(21), 'The flag checkout would use 51 patterns');
  });

  it('does not stop an edit for flags that do not use what is edited', async () => {
    const { org, uow, segment, rules } = await given();
    await segment('used', patterns(10));
    await segment('other', patterns(1));
    await rules(patterns(40), inSegment('used'));

    await edit(uow, 'other', patterns(50), org);
  });

  it('holds for a flag that is restored: what it uses may have grown while it was archived', async () => {
    const { uow, org, segment, rules } = await given();
    await segment('beta', patterns(10));
    await rules(patterns(10), inSegment('beta'));
    await new ArchiveFlag(uow).execute({ key: 'checkout' }, org);
    await edit(uow, 'beta', patterns(45), org);

    await refused(new RestoreFlag(uow).execute({ key: 'checkout' }, org), 'invalid_pattern');

    await edit(uow, 'beta', patterns(40), org);
    await new RestoreFlag(uow).execute({ key: 'checkout' }, org);
  });
});
