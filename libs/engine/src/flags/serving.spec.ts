import { Uncompilable } from '../documents/uncompilable.js';
import { servingOf } from './serving.js';

const variants = ['off', 'on', 'new'].map((variant, i) => ({ variant, value: variant, weight: i + 1 }));
const [off, on] = [variants[0]!, variants[1]!];

describe('servingOf', () => {
  it.each([
    ['the named variant', { variant: 'on' }, variants, { variant: on }],
    ['the only other variant by default', undefined, [off, on], { variant: on }],
    ['a split by the weights of the flag by default', null, variants, { split: variants }],
    [
      'a split by weights of its own',
      {
        split: [
          { variant: 'on', weight: 70 },
          { variant: 'off', weight: 0 },
        ],
      },
      variants,
      {
        split: [
          { ...on, weight: 70 },
          { ...off, weight: 0 },
        ],
      },
    ],
  ])('serves %s', (_case, serve, available, serving) => {
    expect(servingOf(serve, available, 'off')).toEqual(serving);
  });

  it.each([
    ['a value that is not an object', 'on'],
    ['an unknown variant', { variant: 'blue' }],
    ['an unknown variant in a split', { split: [{ variant: 'blue', weight: 1 }] }],
    ['a split without weight', { split: [{ variant: 'on' }] }],
    ['a part that is not an object', { split: ['on'] }],
  ])('rejects %s', (_case, serve) => {
    expect(() => servingOf(serve, variants, 'off')).toThrow(Uncompilable);
  });
});
