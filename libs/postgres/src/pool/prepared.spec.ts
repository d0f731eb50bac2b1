import { prepared, withName } from './prepared.js';

describe('prepared', () => {
  it('adds the name to marked statements, and does not change other arguments', () => {
    const text = prepared('find_thing', 'select id from thing where id = $1');
    const done = (): void => undefined;

    expect(withName([text, ['1'], done])).toEqual([{ name: 'find_thing', text, values: ['1'] }, done]);
    expect(withName(['select 1'])).toEqual(['select 1']);
    expect(withName([{ text }, ['1']])).toEqual([{ text }, ['1']]);
  });
});
