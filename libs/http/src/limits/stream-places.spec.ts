import { StreamPlaces } from './stream-places.js';

const full = { code: 'overloaded', details: [expect.objectContaining({ retry_after: expect.any(Number) as number })] };

describe('StreamPlaces', () => {
  it.each([
    ['the setting', { max: 10_000 }, 10_000],
    ['the setting, with enough files', { max: 10_000, descriptors: 20_000 }, 10_000],
    ['half of the files', { max: 10_000, descriptors: 1_000 }, 500],
    ['all but 1,024 of the files', { max: 10_000, descriptors: 4_096 }, 3_072],
  ])('has as many places as %s', (_what, options, expected) => {
    expect(new StreamPlaces(options).max).toBe(expected);
  });

  it('refuses a stream when all places are taken, and admits one again when one is free', () => {
    const places = new StreamPlaces({ max: 2 });
    const free = places.take();
    places.take();

    expect(() => places.take()).toThrow(expect.objectContaining(full));
    expect([places.open, places.refused]).toEqual([2, 1]);

    free();
    places.take();
  });

  it('counts the second file of a forwarded stream', () => {
    const places = new StreamPlaces({ max: 100, descriptors: 12 });
    const frees = [places.take(2), places.take(2), places.take(2)];

    expect(() => places.take(2)).toThrow(expect.objectContaining(full));
    expect([places.open, places.further]).toEqual([3, 3]);

    for (const free of frees) free();
    expect([places.open, places.further]).toEqual([0, 0]);
  });
});
