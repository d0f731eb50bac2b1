import { facts } from '#libs/contracts';
import { releasedFile } from './fact-schemas.js';
import { breaks, changesOf, readReleased } from './released.js';

describe('released facts', () => {
  it('are what they were, but for optional fields that were added', async () => {
    const released = await readReleased(new URL('../..', import.meta.url).pathname);

    expect(released.size).toBeGreaterThan(0);
    expect(breaks(facts, released)).toEqual([]);
  });

  it('may not go away', () => {
    const released = new Map([['flag.painted.v1.json', { type: 'object' }]]);

    expect(breaks(facts, released)).toEqual(['flag.painted.v1.json: the fact is gone']);
  });

  it('may be joined by new ones', () => {
    expect(breaks(facts, new Map())).toEqual([]);
  });

  it('name the file and the field that changed', () => {
    const [fact] = facts;
    const name = releasedFile(fact).replace('docs/schemas/facts/', '');

    const found = breaks([fact], new Map([[name, { type: 'object', properties: { color: { type: 'string' } } }]]));

    expect(found).toContain('flag.created.v1.json: fact.color is gone');
  });
});

describe('what counts as a change of a schema', () => {
  const text = { type: 'string' };
  const before = {
    type: 'object',
    properties: {
      key: text,
      kind: { enum: ['a', 'b'] },
      steps: { type: 'array', items: { properties: { at: text } } },
    },
    required: ['key', 'kind'],
  };
  const withProperties = (properties: object, required = before.required) => ({
    ...before,
    properties: { ...before.properties, ...properties },
    required,
  });

  it.each([
    ['an added optional field', withProperties({ note: text })],
    [
      'an added optional field further in',
      withProperties({ steps: { type: 'array', items: { properties: { at: text, by: text } } } }),
    ],
    [
      'other words',
      { ...withProperties({ key: { ...text, description: 'Its name' } }), description: 'New', title: 'New' },
    ],
    ['another order', { ...withProperties({ kind: { enum: ['b', 'a'] } }), required: ['kind', 'key'] }],
  ])('not %s', (_what, after) => {
    expect(changesOf(before, after, 'fact')).toEqual([]);
  });

  it.each([
    ['an added required field', withProperties({ note: text }, ['key', 'kind', 'note']), ['fact.required changed']],
    ['a required field that became optional', withProperties({}, ['key']), ['fact.required changed']],
    [
      'a field that is gone',
      { ...before, properties: { key: text, kind: before.properties.kind } },
      ['fact.steps is gone'],
    ],
    ['another type', withProperties({ key: { type: 'number' } }), ['fact.key.type changed']],
    ['a value more in an enum', withProperties({ kind: { enum: ['a', 'b', 'c'] } }), ['fact.kind.enum changed']],
    ['a value less in an enum', withProperties({ kind: { enum: ['a'] } }), ['fact.kind.enum changed']],
    ['a new limit', withProperties({ key: { ...text, maxLength: 3 } }), ['fact.key.maxLength changed']],
    [
      'a field that is gone further in',
      withProperties({ steps: { type: 'array', items: { properties: {} } } }),
      ['fact.steps.items.at is gone'],
    ],
  ])('%s', (_what, after, changes) => {
    expect(changesOf(before, after, 'fact')).toEqual(changes);
  });
});
