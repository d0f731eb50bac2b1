import type { FastifyRequest } from 'fastify';
import { AppError } from '#libs/kernel';
import { IMPOSSIBLE_TIMES } from '#libs/testing';
import { readPage, pageParams, param, readQuery, refuseMalformed } from './query.js';

const request = (parts: object): FastifyRequest => ({ headers: {}, ...parts }) as FastifyRequest;
function codeOf(run: () => unknown): unknown {
  try {
    run();
    return undefined;
  } catch (error) {
    return error instanceof AppError ? error.code : error;
  }
}

describe('readQuery', () => {
  const spec = { ...pageParams, from: param.startTime, id: param.uuid, open: param.flag, search: param.text(5) };

  it('parses the given parameters', () => {
    const query = { limit: '7', order: 'desc', from: '2026-01-31T12:00:00 02:00', open: 'false' };
    const params = readQuery(request({ query }), spec);

    expect(params).toEqual({ limit: 7, order: 'desc', from: new Date('2026-01-31T10:00:00Z'), open: false });
    expect(readPage(params)).toEqual({ limit: 7, order: 'desc' });
    expect(readPage({})).toEqual({ limit: 50, order: 'asc' });
  });

  it.each([
    [{ sort: '1' }, 'unknown_field'],
    [{ limit: '0' }, 'invalid_limit'],
    [{ limit: '201' }, 'invalid_limit'],
    [{ limit: 'ten' }, 'invalid_limit'],
    [{ limit: '1e1' }, 'invalid_limit'],
    [{ limit: '' }, 'invalid_limit'],
    [{ limit: ['1', '2'] }, 'invalid_type'],
    [{ search: ['a', 'b'] }, 'invalid_type'],
    [{ order: 'up' }, 'invalid_type'],
    [{ from: 'yesterday' }, 'invalid_timestamp'],
    [{ from: '0000-12-31T12:00:00Z' }, 'invalid_timestamp'],
    [{ from: '9999-12-31T23:59:59-01:00' }, 'invalid_timestamp'],
    [{ from: '2026-02-30T25:00:00Z' }, 'invalid_timestamp'],
    [{ id: '7' }, 'invalid_id'],
    [{ open: '1' }, 'invalid_type'],
    [{ search: 'longer' }, 'too_long'],
    [{ search: 'a\0' }, 'invalid_string'],
    [{ cursor: 'x'.repeat(1_001) }, 'invalid_cursor'],
  ])('refuses %j', (query, code) => {
    expect(codeOf(() => readQuery(request({ query }), spec))).toBe(code);
  });
});

describe('refuseMalformed', () => {
  it.each(['/x?a=%zz', '/x?a=%', '/x?%=1', '/x?a=%f', '/x?a=%ff', '/x?a=%c0%80', '/x?a=%ed%a0%80', '/x?a=1&b=%2'])(
    'refuses the encoding of %s',
    (url) => {
      expect(codeOf(() => refuseMalformed(url, {}))).toBe('invalid_string');
    },
  );

  it.each(['/x?a=%C3%A9&b=%00', '/x?a=é+b', '/x?', '/x%zz?a=1'])('accepts the encoding of %s', (url) => {
    expect(codeOf(() => refuseMalformed(url, { a: '1' }))).toBeUndefined();
  });

  it('refuses a parameter that is given twice', () => {
    expect(codeOf(() => refuseMalformed('/x?a=1&a=1', { a: ['1', '1'] }))).toBe('invalid_type');
  });
});

describe('a time in a query', () => {
  const spec = { from: param.startTime, to: param.endTime };

  it('may be a date, which means its first moment as a start and its last one as an end', () => {
    const { from, to } = readQuery(request({ query: { from: '2026-01-31', to: '2026-01-31' } }), spec);
    expect(from).toEqual(new Date('2026-01-31T00:00:00Z'));
    expect(to).toEqual(new Date('2026-01-31T23:59:59.999Z'));
  });

  it.each([...IMPOSSIBLE_TIMES, '2026-02-30', '1999-12-31'])('is refused when it is "%s"', (from) => {
    expect(codeOf(() => readQuery(request({ query: { from } }), spec))).toBe('invalid_timestamp');
    expect(codeOf(() => readQuery(request({ query: { to: from } }), spec))).toBe('invalid_timestamp');
  });
});

describe('parameters by key', () => {
  const spec = { properties: param.texts(2, 5, 'invalid_properties'), limit: pageParams.limit };

  it.each<[Record<string, string>, object]>([
    [
      { 'properties[plan]': 'pro', 'properties[a[b]]': '', limit: '7' },
      { properties: { plan: 'pro', 'a[b]': '' }, limit: 7 },
    ],
    [{ 'properties[$x.y z]': '1' }, { properties: { '$x.y z': '1' } }],
    [{}, {}],
  ])('are parsed together: %j', (query, expected) => {
    expect(readQuery(request({ query }), spec)).toEqual(expected);
  });

  it('may have the names of properties of Object.prototype', () => {
    const query = JSON.parse('{"properties[__proto__]":"x"}') as object;

    expect(Object.entries(readQuery(request({ query }), spec).properties!)).toEqual([['__proto__', 'x']]);
  });

  it.each<[object, string]>([
    [{ properties: 'pro' }, 'unknown_field'],
    [{ 'properties[]': 'pro' }, 'unknown_field'],
    [{ 'properties[a]b': 'pro' }, 'unknown_field'],
    [{ 'property[a]': 'pro' }, 'unknown_field'],
    [{ 'limit[a]': '1' }, 'unknown_field'],
    [{ 'properties[a]': ['1', '2'] }, 'invalid_type'],
    [{ 'properties[a]': '1', 'properties[b]': '1', 'properties[c]': '1' }, 'invalid_properties'],
    [{ [`properties[${'a'.repeat(201)}]`]: '1' }, 'invalid_properties'],
    [{ 'properties[a]': 'longer' }, 'too_long'],
    [{ 'properties[a]': 'a\0' }, 'invalid_string'],
    [{ 'properties[a\0]': 'a' }, 'invalid_string'],
  ])('refuses %j', (query, code) => {
    expect(codeOf(() => readQuery(request({ query }), spec))).toBe(code);
  });
});
