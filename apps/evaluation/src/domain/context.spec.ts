import fc from 'fast-check';
import { AppError } from '#libs/kernel';
import { parseContext } from './context.js';
import { parseFlags } from './flag-list.js';
import { fromOpenFeature } from './ofrep.js';

const codeOf = (work: () => unknown): string => {
  try {
    work();
    return 'accepted';
  } catch (error) {
    if (error instanceof AppError) return error.code;
    throw error;
  }
};
const many = (count: number): object => Object.fromEntries(Array.from({ length: count }, (_, i) => [`a${i}`, 1]));
const nested = (levels: number): object => (levels === 1 ? { leaf: 1 } : { inner: nested(levels - 1) });

describe('parseContext', () => {
  it.each<[string, unknown, string]>([
    ['empty', {}, 'accepted'],
    [
      'everything',
      { user_id: 'u', org_id: 'o', session_id: 's', attributes: { a: 1 }, geo: { country: 'DE' } },
      'accepted',
    ],
    ['the key’s own environment', { environment: 'dev' }, 'accepted'],
    ['another environment', { environment: 'prod' }, 'environment_mismatch'],
    ['nothing', undefined, 'invalid_context'],
    ['null', null, 'invalid_context'],
    ['a list', [], 'invalid_context'],
    ['a list as user', { user_id: ['u'] }, 'invalid_context'],
    ['a fraction as user', { user_id: 1.5 }, 'invalid_context'],
    ['a list of attributes', { attributes: [] }, 'invalid_context'],
    ['a text as geo', { geo: 'DE' }, 'invalid_context'],
    ['a number as country', { geo: { country: 1 } }, 'invalid_context'],
    ['an unknown field', { plan: 'pro' }, 'unknown_field'],
    ['100 attributes', { attributes: many(100) }, 'accepted'],
    ['101 attributes', { attributes: many(101) }, 'context_too_large'],
    ['a string of 8 KiB', { attributes: { a: 'x'.repeat(8_192) } }, 'accepted'],
    ['a longer string', { attributes: { a: 'x'.repeat(8_193) } }, 'context_too_large'],
    ['a longer user', { user_id: 'x'.repeat(8_193) }, 'context_too_large'],
    ['a long string in a list', { attributes: { a: ['x'.repeat(8_193)] } }, 'context_too_large'],
    ['5 levels', { attributes: nested(5) }, 'accepted'],
    ['6 levels', { attributes: nested(6) }, 'context_too_large'],
  ])('%s', (_what, raw, code) => {
    expect(codeOf(() => parseContext(raw, 'dev'))).toBe(code);
  });
});

describe('parseFlags', () => {
  it('sorts and drops duplicates; an absent list means all flags', () => {
    expect(parseFlags(['b.b', 'a.a', 'b.b'])).toEqual(['a.a', 'b.b']);
    expect(parseFlags(undefined)).toBeUndefined();
  });

  it('refuses anything else than a list of strings, and more than 500 flags', () => {
    for (const flags of ['a.a', {}, [1], null]) expect(codeOf(() => parseFlags(flags))).toBe('invalid_type');
    expect(codeOf(() => parseFlags(Array.from({ length: 501 }, (_, i) => `f${i}`)))).toBe('too_many_flags');
  });
});

describe('fromOpenFeature', () => {
  it('maps identities in both spellings, and the rest to attributes', () => {
    const context = fromOpenFeature({ targetingKey: 'u', orgId: 'o', session_id: 's', email: 'x@y', constructor: 'c' });
    expect(context).toEqual({
      user_id: 'u',
      org_id: 'o',
      session_id: 's',
      attributes: { email: 'x@y', constructor: 'c' },
    });
  });

  it.each([
    ['a geo', { country: 'DE', city: null }, { geo: { country: 'DE' }, attributes: {} }],
    ['a text', 'DE', { attributes: { geo: 'DE' } }],
    ['a list', ['DE'], { attributes: { geo: ['DE'] } }],
    ['coordinates', { lat: 52.5 }, { attributes: { geo: { lat: 52.5 } } }],
    ['null', null, { attributes: {} }],
  ])('takes `geo` for a place only when it is one: %s', (_what, geo, context) => {
    expect(fromOpenFeature({ geo })).toEqual(context);
  });

  it('refuses a context that is no object and a targeting key that is no string', () => {
    for (const raw of [undefined, null, [], 'x', { targetingKey: 5 }]) {
      expect(codeOf(() => fromOpenFeature(raw))).toBe('invalid_context');
    }
  });
});

describe('the optional parts of a context', () => {
  const ids = fc.constantFrom('user_id', 'org_id', 'session_id');
  const native = { user_id: 'u', org_id: 'o', session_id: 's', attributes: { a: null }, geo: { country: 'DE' }, environment: 'dev' }; // prettier-ignore
  const flat = { targetingKey: 'u', orgId: 'o', org_id: 'p', sessionId: 's', session_id: 't', geo: { city: 'Ulm' } };
  const without = (context: object, names: readonly string[], value: undefined | null): object =>
    Object.fromEntries(
      Object.entries(context).flatMap(([name, part]) =>
        !names.includes(name) ? [[name, part]] : value === null ? [[name, null]] : [],
      ),
    );

  it('are absent when they are null, natively and over OFREP, in any combination', () => {
    fc.assert(
      fc.property(fc.subarray(Object.keys(native)), fc.subarray(Object.keys(flat)), (own, ofrep) => {
        expect(parseContext(without(native, own, null), 'dev')).toEqual(
          parseContext(without(native, own, undefined), 'dev'),
        );
        expect(fromOpenFeature(without(flat, ofrep, null))).toEqual(fromOpenFeature(without(flat, ofrep, undefined)));
      }),
    );
    expect(parseContext({ geo: { country: null, city: 'Ulm' } }, 'dev').geo).toEqual({ city: 'Ulm' });
  });

  it('have integers as ids, which count as their decimal text', () => {
    fc.assert(
      fc.property(ids, fc.maxSafeInteger(), (name, id) => {
        expect(parseContext({ [name]: id }, 'dev')).toMatchObject({ [name]: String(id) });
        if (name !== 'user_id') expect(fromOpenFeature({ [name]: id })).toMatchObject({ [name]: String(id) });
      }),
    );
    expect(fromOpenFeature({ orgId: 42, sessionId: 7 })).toMatchObject({ org_id: '42', session_id: '7' });
  });
});
