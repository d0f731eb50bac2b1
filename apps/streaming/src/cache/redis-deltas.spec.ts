import { deltasKey } from '#libs/contracts';
import type { RedisConnection } from '#libs/redis';
import { RedisDeltas } from './redis-deltas.js';

const EPOCH = '0000000a1';
const entry = (version: number, epoch = EPOCH) => ({
  epoch,
  version,
  changes: [{ ref: 'flag:a', document: null, before: null }],
});

/** Redis with the deltas of `o1` as hash fields. */
function archiveOf(fields: Readonly<Record<string, unknown>>): RedisDeltas {
  const hmget = (key: string, ...names: string[]) => {
    expect(key).toBe(deltasKey('o1'));
    const textOf = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value));
    return Promise.resolve(names.map((name) => (name in fields ? textOf(fields[name]) : null)));
  };
  return new RedisDeltas({ client: { hmget } as unknown as RedisConnection['client'] });
}

describe('RedisDeltas', () => {
  it('returns the entries between two versions, oldest first', async () => {
    const archive = archiveOf({ 1: entry(1), 2: entry(2), 3: entry(3) });

    expect(await archive.read('o1', EPOCH, 2, 3)).toEqual([entry(2), entry(3)]);
    expect(await archive.read('o1', EPOCH, 4, 3)).toEqual([]);
  });

  it.each([
    ['is missing', undefined],
    ['belongs to another epoch', entry(2, '0000000a0')],
    ['has another version', entry(7)],
    ['is no JSON', 'nothing'],
    ['has changes of another shape', { ...entry(2), changes: [{ ref: 1 }] }],
  ])('returns only the entries after one that %s', async (_how, second) => {
    const fields = { 1: entry(1), ...(second === undefined ? {} : { 2: second }), 3: entry(3) };

    expect(await archiveOf(fields).read('o1', EPOCH, 1, 3)).toEqual([entry(3)]);
  });
});
