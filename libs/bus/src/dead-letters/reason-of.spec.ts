import { z } from 'zod';
import { reasonOf } from './reason-of.js';

const thrown = (work: () => unknown): unknown => {
  try {
    return work();
  } catch (error) {
    return error;
  }
};

describe('reasonOf', () => {
  it('does not quote the input of a JSON parser', () => {
    expect(reasonOf(thrown(() => JSON.parse('{"password":"hunter2"')))).toBe('it is not JSON');
  });

  it('lists at most five fields of a failed schema', () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f'];
    const schema = z.object(Object.fromEntries(names.map((name) => [name, z.number()])));

    const reason = reasonOf(thrown(() => schema.parse({})));

    expect(reason.split('; ').map((issue) => issue.slice(0, 3))).toEqual(['a: ', 'b: ', 'c: ', 'd: ', 'e: ']);
  });

  it('redacts the message of any other error', () => {
    expect(reasonOf(new Error('no user ada@example.com'))).toBe('no user [redacted]');
    expect(reasonOf('no user ada@example.com')).toBe('no user [redacted]');
  });
});
