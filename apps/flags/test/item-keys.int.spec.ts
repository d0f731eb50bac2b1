import type { FlagItem } from '#libs/contracts';
import { anAdmin, flagsWorld, type World } from './world.js';

let world: World;
beforeAll(async () => {
  world = await flagsWorld();
});
afterAll(() => world.stop());

const anItem = (key: string, idempotency_key?: string, name = key): FlagItem => ({
  key,
  name,
  type: 'boolean',
  idempotency_key,
});

describe('the idempotency keys of items', () => {
  it('return the flags that exist, and create the others', async () => {
    const org = await world.organization('dev');
    const first = await world.createFlags.execute({ items: [anItem('item.a', 'k-a'), anItem('item.b', 'k-b')] }, org);
    const wider = [anItem('item.b', 'k-b'), anItem('item.c', 'k-c'), anItem('item.a', 'k-a'), anItem('item.d')];
    const second = await world.createFlags.execute({ items: wider }, org);

    expect(second.resource.data.map(({ key }) => key)).toEqual(['item.b', 'item.c', 'item.a', 'item.d']);
    expect([second.resource.data[2], second.resource.data[0]]).toEqual(first.resource.data);
    const made = (await world.facts(org)).filter(({ type }) => type === 'flag.created');
    expect(made.map(({ data }) => data['flag_key'])).toEqual(['item.a', 'item.b', 'item.c', 'item.d']);
  });

  it('leave nothing behind when all exist', async () => {
    const org = await world.organization('dev');
    const items = [anItem('item.a', 'k-a')];
    const first = await world.createFlags.execute({ items }, org);
    await world.facts(org);
    const again = await world.createFlags.execute({ items }, org);

    expect(again).toEqual(first);
    expect(await world.facts(org)).toEqual([]);
  });

  it('are refused for another flag, with the index of the item, and the whole batch is undone', async () => {
    const org = await world.organization('dev');
    await world.createFlags.execute({ items: [anItem('item.a', 'k-a')] }, org);
    const attempt = world.createFlags.execute(
      { items: [anItem('item.b'), anItem('item.a', 'k-a', 'Another name')] },
      org,
    );

    await expect(attempt).rejects.toMatchObject({ code: 'idempotency_mismatch', details: [{ field: 'items[1]' }] });
    await expect(world.getFlag.execute({ key: 'item.b' }, org)).rejects.toMatchObject({ code: 'not_found' });
  });

  it('belong to their caller and their organization, and not to items without one', async () => {
    const org = await world.organization('dev');
    const other = await world.organization('dev');
    await world.createFlags.execute({ items: [anItem('item.a', 'k-a')] }, org);
    const somebodyElse = { ...org, actor: { ...org.actor, id: 'somebody-else' } };

    for (const [items, origin] of [
      [[anItem('item.a', 'k-a')], somebodyElse],
      [[anItem('item.a')], org],
    ] as const) {
      await expect(world.createFlags.execute({ items }, origin)).rejects.toMatchObject({ code: 'already_exists' });
    }
    expect((await world.createFlags.execute({ items: [anItem('item.a', 'k-a')] }, other)).resource.data).toHaveLength(
      1,
    );
  });

  it('are refused when they are not valid', async () => {
    const attempt = world.createFlags.execute({ items: [anItem('item.a', 'a b')] }, anAdmin());

    await expect(attempt).rejects.toMatchObject({
      code: 'bad_request',
      details: [{ field: 'items[0].idempotency_key' }],
    });
  });
});
