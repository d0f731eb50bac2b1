import { plainContext, readerOf } from './attributes.js';

describe('readerOf', () => {
  const context = {
    user_id: 'u1',
    attributes: { plan: 'pro', nothing: null, user_id: 'other', 'a.b': 'exact', a: { b: 'nested', c: { d: 4 } } },
  };

  it.each([
    ['plan', 'pro'],
    ['nothing', null],
    ['user_id', 'u1'],
    ['org_id', undefined],
    ['a.b', 'exact'],
    ['a.c.d', 4],
    ['a.c.x', undefined],
    ['plan.length', undefined],
    ['toString', undefined],
    ['a.constructor', undefined],
    ['missing', undefined],
  ])('reads %s as %j', (name, value) => {
    expect(readerOf(name)(context)).toBe(value);
  });

  it('reads nothing from a context without attributes', () => {
    expect(['plan', 'a.b', 'toString'].map((name) => readerOf(name)({}))).toEqual([undefined, undefined, undefined]);
  });
});

describe('plainContext', () => {
  it('returns a plain context itself', () => {
    const context = { user_id: 'u1', attributes: { plan: 'pro' } };

    expect(plainContext(context)).toBe(context);
  });

  it('copies own attributes when they have a prototype of their own', () => {
    const attributes: unknown = Object.assign(Object.create({ inherited: 1 }), { plan: 'pro' });

    expect(plainContext({ user_id: 'u1', attributes }).attributes).toEqual({ plan: 'pro' });
  });

  it.each([
    ['null', null],
    ['a string', 'u1'],
    [
      'a proxy that throws',
      new Proxy(
        {},
        {
          get: () => {
            throw new Error('no');
          },
        },
      ),
    ],
  ])('returns an empty context for %s', (_case, context) => {
    expect(plainContext(context)).toEqual({});
  });
});
