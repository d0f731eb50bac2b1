import { AppError } from '#libs/kernel';
import { asStoreError, isUniqueViolation, isWorthRepeating } from './errors.js';

const withCode = (code: string, more: object = {}): Error => Object.assign(new Error('failed'), { code, ...more });

describe('asStoreError', () => {
  it.each([
    ['a refused connection', withCode('ECONNREFUSED')],
    ['a failed connection', withCode('08006')],
    ['too many connections', withCode('53300')],
    ['a wrong password, before prepare has run', withCode('28P01')],
    ['a lock timeout', withCode('55P03')],
    ['a write after a failover to a read-only server', withCode('25006')],
    ['a deadlock', withCode('40P01')],
    ['a query without an answer', new Error('Query read timeout')],
    ['a lost connection', new Error('Connection terminated unexpectedly')],
  ])('turns %s into store_unavailable', (_what, error) => {
    expect(asStoreError(error)).toMatchObject({ code: 'store_unavailable', cause: error });
  });

  it.each([
    ['a unique violation', withCode('23505')],
    ['a refusal by row-level security', withCode('42501')],
    ['an AppError', new AppError('archived', 'It is archived')],
    ['an error without a code', new Error('a bug')],
    ['a text', 'a bug'],
  ])('returns %s unchanged', (_what, error) => {
    expect(asStoreError(error)).toBe(error);
  });
});

describe('isUniqueViolation', () => {
  it('compares the constraint when one is given', () => {
    const error = withCode('23505', { constraint: 'flag_key' });

    expect([isUniqueViolation(error), isUniqueViolation(error, 'flag_key')]).toEqual([true, true]);
    expect([isUniqueViolation(error, 'other'), isUniqueViolation(withCode('23503'))]).toEqual([false, false]);
  });
});

describe('isWorthRepeating', () => {
  it('is true for deadlocks and serialization failures only', () => {
    expect(['40P01', '40001', '23505'].map((code) => isWorthRepeating(withCode(code)))).toEqual([true, true, false]);
  });
});
