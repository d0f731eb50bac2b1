import type { FlagItem } from '#libs/contracts';
import { anAdmin, refused } from '../../../test/given.js';
import { inMemoryWorld } from '../../../test/in-memory/world.js';
import { CreateFlag } from './create-flag.js';
import { CreateFlags } from './create-flags.js';
import { GetFlag } from './get-flag.js';
import { UpdateFlag } from './update-flag.js';

const given = () => {
  const world = inMemoryWorld();
  return { ...world, createFlags: new CreateFlags(world.uow, world.directory, world.ids, world.clock) };
};
const item = (key: string, more: Partial<FlagItem> = {}): FlagItem => ({ key, name: key, type: 'boolean', ...more });

describe('CreateFlags', () => {
  it('creates all items in one version, with one fact each and one audit entry', async () => {
    const { createFlags, organization, facts } = given();
    const org = await organization('dev');

    const { resource } = await createFlags.execute({ items: [item('one'), item('two')] }, org);

    const queued = facts(org);
    expect(resource.data.map(({ key }) => key)).toEqual(['one', 'two']);
    expect(queued.map(({ type }) => type)).toEqual([
      'ruleset.changed',
      'flag.created',
      'flag.created',
      'audit.recorded',
    ]);
    expect(queued[3]!.data).toMatchObject({ resource_type: 'flags', metadata: { flag_keys: ['one', 'two'] } });
  });

  it('creates nothing when one item is refused, and names that item', async () => {
    const { createFlags, organization, flag, facts, uow } = given();
    const org = await organization('dev');
    await flag(org, 'taken');

    const { details } = await refused(
      createFlags.execute({ items: [item('one'), item('taken')] }, org),
      'already_exists',
    );

    expect(details).toEqual([{ field: 'items[1].key', message: 'is taken' }]);
    expect(facts(org)).toEqual([]);
    await refused(new GetFlag(uow).execute({ key: 'one' }, org), 'not_found');
  });

  it('creates nothing when all items together pass the quota, also of concurrent requests', async () => {
    const { uow, directory, ids, clock, organization, facts } = given();
    const org = await organization('dev');
    const quotas = { flags: 3, segments: 1 };
    const createFlags = new CreateFlags(uow, directory, ids, clock, quotas);
    const create = (...keys: string[]) => createFlags.execute({ items: keys.map((key) => item(key)) }, org);

    await refused(create('one', 'two', 'three', 'four'), 'quota_exceeded');
    expect(facts(org)).toEqual([]);

    const outcomes = await Promise.allSettled([create('one', 'two'), create('three', 'four'), create('five')]);

    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    const createFlag = new CreateFlag(uow, directory, ids, clock, quotas);
    const { details } = await refused(createFlag.execute(item('six'), org), 'quota_exceeded');
    expect(details).toEqual([{ message: 'At most 3 flags', limit: 3, used: 3 }]);
  });

  it('lets items require each other, in any order, but not in a cycle', async () => {
    const { createFlags, organization } = given();
    const org = await organization('dev');
    const requires = (flag_key: string) => ({ prerequisites: [{ flag_key, required_variant: 'on' }] });

    await createFlags.execute({ items: [item('child', requires('base')), item('base')] }, org);

    const cycle = { items: [item('left', requires('right')), item('right', requires('left'))] };
    await refused(createFlags.execute(cycle, org), 'prerequisite_cycle');
  });

  it('answers an item that was carried out before with the flag as it is now', async () => {
    const { createFlags, organization, facts, uow } = given();
    const org = await organization('dev');
    const items = [item('one', { idempotency_key: 'k1' })];
    await createFlags.execute({ items }, org);
    await new UpdateFlag(uow).execute({ key: 'one', patch: { name: 'One' } }, org);
    facts(org);

    const again = await createFlags.execute({ items: [...items, item('two', { idempotency_key: 'k2' })] }, org);
    const same = await createFlags.execute({ items }, org);

    expect(again.resource.data.map(({ key, version }) => [key, version])).toEqual([['one', 2], ['two', 1]]); // prettier-ignore
    expect(facts(org).map(({ type }) => type)).toEqual(['ruleset.changed', 'flag.created', 'audit.recorded']);
    expect(same.ruleset_version).toBe(again.ruleset_version);
  });

  it('refuses one key for two items, and names the second', async () => {
    const { createFlags, organization, facts } = given();
    const org = await organization('dev');
    const items = [item('one', { idempotency_key: 'k' }), item('two'), item('three', { idempotency_key: 'k' })];

    const { details } = await refused(createFlags.execute({ items }, org), 'bad_request');

    expect(details).toEqual([{ field: 'items[2].idempotency_key', message: 'another item has this key' }]);
    expect(facts(org)).toEqual([]);
  });

  it('refuses an item key that was used for another draft', async () => {
    const { createFlags, organization } = given();
    const org = await organization('dev');
    await createFlags.execute({ items: [item('one', { idempotency_key: 'k1' })] }, org);

    const other = { items: [item('one', { idempotency_key: 'k1', name: 'Other' })] };

    await refused(createFlags.execute(other, org), 'idempotency_mismatch');
    await refused(createFlags.execute({ items: [item('two', { idempotency_key: '' })] }, org), 'bad_request');
  });

  it('keeps the item keys of two callers apart', async () => {
    const { createFlags, organization } = given();
    const org = await organization('dev');
    const items = [item('one', { idempotency_key: 'k1' })];
    await createFlags.execute({ items }, org);

    await refused(createFlags.execute({ items }, anAdmin(org.scope)), 'already_exists');
  });

  it('refuses more than 100 items', async () => {
    const { createFlags, organization } = given();
    const items = Array.from({ length: 101 }, (_, n) => item(`flag_${n}`));

    await refused(createFlags.execute({ items }, await organization('dev')), 'batch_too_large');
  });
});
