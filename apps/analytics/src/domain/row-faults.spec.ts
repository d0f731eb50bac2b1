import type { EventRow } from '#libs/contracts';
import { rowFault } from './row-faults.js';

const ROW: EventRow = {
  event_id: '0190a0b0-0000-7000-8000-00000000000a',
  distinct_id: 'anon-1',
  event: 'purchase',
  properties: {},
  timestamp: '2026-01-31T12:00:00.000Z',
  received_at: '2026-01-31T12:00:00.250Z',
};

describe('the fault of a row', () => {
  it.each([
    ['a valid row', {}],
    ['a row with an escaped backslash before u0000', { properties: { path: 'C:\\u0000' } }],
    ['a row with fields of a later version', { later: 1 }],
  ])('is absent in %s', (_what, more) => expect(rowFault({ ...ROW, ...more })).toBeUndefined());

  it.each([
    ['a number', 7, /object/],
    ['null', null, /object/],
    ['a row without an id', { ...ROW, event_id: undefined }, /^event_id: /],
    ['a name that is a number', { ...ROW, event: 5 }, /^event: /],
    ['a NUL in a property', { ...ROW, properties: { a: ['\0'] } }, /NUL/],
    ['a NUL after a backslash', { ...ROW, distinct_id: '\\\0' }, /NUL/],
  ])('is reported for %s', (_what, row, fault) => expect(rowFault(row)).toMatch(fault));

  it('contains names of fields and never their values', () => {
    expect(rowFault({ ...ROW, event_id: 'secret', timestamp: 'secret' })).not.toContain('secret');
  });
});
