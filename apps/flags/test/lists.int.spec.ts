import { PLATFORM, type FlagFilter, type FlagListItem, type Page, type PageOf } from '#libs/contracts';
import { anAdmin, flagsWorld, refused, type World } from './world.js';

let world: World;
beforeAll(async () => {
  world = await flagsWorld();
});
afterAll(() => world.stop());

const aFlag = (key: string, given: object = {}) => ({ key, name: key, type: 'boolean' as const, ...given });
const page = (given: Partial<Page> = {}): Page => ({ limit: 50, order: 'asc', ...given });
const keysOf = ({ data }: PageOf<FlagListItem>): string[] => data.map(({ key }) => key);

describe('the list of flags', () => {
  it('comes in pages of a stable order, with each flag once, in both directions', async () => {
    const org = await world.organization();
    const keys = ['k01', 'k02', 'k03', 'k04', 'k05'];
    for (const key of keys) {
      await world.createFlag.execute(aFlag(key), org);
      if (key !== 'k02') world.clock.advance(1_000);
    }
    const seen: string[] = [];
    for (let cursor: string | undefined, more = true; more;) {
      const answer = await world.listFlags.execute({ filter: {}, page: page({ limit: 2, cursor }) }, org);
      seen.push(...keysOf(answer));
      [cursor, more] = [answer.next_cursor ?? undefined, answer.has_more];
    }
    const backwards = await world.listFlags.execute({ filter: {}, page: page({ order: 'desc', limit: 5 }) }, org);

    expect(seen).toEqual(keys);
    expect(keysOf(backwards)).toEqual(keys.toReversed());
    expect(backwards).toMatchObject({ next_cursor: null, has_more: false });
  });

  it('refuses a cursor of another list, organization or order, and a limit out of range', async () => {
    const [org, other] = [await world.organization(), await world.organization()];
    for (const key of ['one.a', 'one.b']) await world.createFlag.execute(aFlag(key), org);
    const { next_cursor } = await world.listFlags.execute({ filter: {}, page: page({ limit: 1 }) }, org);
    const cursor = next_cursor!;

    const again = await world.listFlags.execute({ filter: {}, page: page({ cursor }) }, org);

    expect(keysOf(again)).toEqual(['one.b']);
    await refused(world.listFlags.execute({ filter: {}, page: page({ cursor }) }, other), 'invalid_cursor');
    await refused(
      world.listFlags.execute({ filter: {}, page: page({ cursor, order: 'desc' }) }, org),
      'invalid_cursor',
    );
    await refused(world.listKillSwitches.execute({ page: page({ cursor }) }, org), 'invalid_cursor');
    await refused(world.listFlags.execute({ filter: {}, page: page({ cursor: 'nonsense' }) }, org), 'invalid_cursor');
    await refused(world.listFlags.execute({ filter: {}, page: page({ limit: 201 }) }, org), 'invalid_limit');
  });

  it('filters by text, tag, archived and platform', async () => {
    const [org, platform] = [await world.organization(), anAdmin(PLATFORM)];
    await world.createFlag.execute(aFlag('pay.card', { name: 'Cards', tags: ['pay', 'eu'] }), org);
    await world.createFlag.execute(aFlag('pay.cash', { description: '100% cash' }), org);
    await world.createFlag.execute(aFlag('gone'), org);
    await world.archiveFlag.execute({ key: 'gone' }, org);
    await world.createFlag.execute(aFlag('of.platform'), platform);
    const keys = async (filter: FlagFilter) => keysOf(await world.listFlags.execute({ filter, page: page() }, org));

    expect(await keys({})).toEqual(['pay.card', 'pay.cash']);
    expect(await keys({ search: 'CARD' })).toEqual(['pay.card']);
    expect(await keys({ search: '0%' })).toEqual(['pay.cash']);
    expect(await keys({ search: '_' })).toEqual([]);
    expect(await keys({ tag: 'eu' })).toEqual(['pay.card']);
    expect(await keys({ archived: true })).toEqual(['gone']);
    expect(await keys({ platform: true })).toEqual(['of.platform']);
  });

  it('carries the state of each flag in each environment, written or not', async () => {
    const org = await world.organization('dev', 'prod');
    await world.createFlag.execute(aFlag('state'), org);
    const patch = { enabled: true, rules: [{ conditions: [] }, { conditions: [] }] };
    await world.updateConfig.execute({ key: 'state', environment: 'prod', patch }, org);

    const { data } = await world.listFlags.execute({ filter: {}, page: page() }, org);

    expect(data[0]!.configs).toEqual([
      { environment: 'dev', enabled: false, rules: 0, version: 1 },
      { environment: 'prod', enabled: true, rules: 2, version: 2 },
    ]);
  });
});

it('lists kill switches that are not deleted', async () => {
  const org = await world.organization();
  for (const key of ['stop_a', 'stop_b']) {
    await world.createKillSwitch.execute({ key, name: key, linked_flag_keys: [] }, org);
  }
  await world.deleteKillSwitch.execute({ key: 'stop_a' }, org);
  await world.createKillSwitch.execute({ key: 'stop_a', name: 'again', linked_flag_keys: [] }, org);

  const { data } = await world.listKillSwitches.execute({ page: page() }, org);

  expect(data.map(({ key, name }) => [key, name]).toSorted()).toEqual([['stop_a', 'again'], ['stop_b', 'stop_b']]); // prettier-ignore
});
