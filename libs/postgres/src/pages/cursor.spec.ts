import { AppError } from '#libs/kernel';
import { decodeCursor, encodeCursor } from './cursor.js';

function codeOf(run: () => unknown): unknown {
  try {
    run();
    return undefined;
  } catch (error) {
    return error instanceof AppError ? error.code : error;
  }
}

describe('cursors', () => {
  const scope = { route: 'flags', org: '01900000-0000-7000-8000-000000000001' };
  const place = { created_at: '2026-01-31T12:00:00.000Z', id: '01900000-0000-7000-8000-000000000002' };
  const cursor = encodeCursor({ ...scope, ...place });

  it('decode to the position that was encoded', () => {
    expect(decodeCursor(cursor, scope)).toEqual(place);
  });

  it.each([
    ['another route', cursor, { ...scope, route: 'segments' }],
    ['another organization', cursor, { ...scope, org: 'other' }],
    ['an arbitrary text', 'AAAA', scope],
    ['an empty text', '', scope],
    ['an invalid id', encodeCursor({ ...scope, ...place, id: "'; drop" }), scope],
    ['an invalid time', encodeCursor({ ...scope, ...place, created_at: 'x' }), scope],
    [
      'a time in another format',
      encodeCursor({ ...scope, ...place, created_at: 'Thu, 01 Jan 1970 00:00:00 GMT' }),
      scope,
    ],
    ['a day that does not exist', encodeCursor({ ...scope, ...place, created_at: '2026-02-30T00:00:00.000Z' }), scope],
    ['the year 0', encodeCursor({ ...scope, ...place, created_at: '0000-01-01T00:00:00.000Z' }), scope],
  ])('for %s are refused', (_what, given, where) => {
    expect(codeOf(() => decodeCursor(given, where))).toBe('invalid_cursor');
  });
});
