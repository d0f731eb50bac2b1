import { decodeCursor, decodeSeqCursor, encodeCursor, encodeSeqCursor } from './cursor.js';
import { pageOf, pageWindow } from './page-of.js';

const list = { route: 'flags asc', org: 'o1' };
const position = { created_at: '2026-03-01T10:00:00.123Z', id: '01900000-0000-7000-8000-00000000000a' };
const refusal = (code: string) => expect.objectContaining({ code }) as Error;

describe('a cursor', () => {
  it('decodes to the position that it was encoded from', () => {
    expect(decodeCursor(encodeCursor({ ...list, ...position }), list)).toEqual(position);
  });

  it.each([
    ['of another organization', encodeCursor({ ...list, org: 'o2', ...position })],
    ['of another route', encodeCursor({ ...list, route: 'flags desc', ...position })],
    ['that is empty', ''],
    ['that is no JSON', Buffer.from('{').toString('base64url')],
    ['whose id is no id', encodeCursor({ ...list, ...position, id: "'; drop table flag" })],
    ['of a numbered list', encodeSeqCursor(list, 7)],
  ])('%s is refused', (_, cursor) => {
    expect(() => decodeCursor(cursor, list)).toThrow(refusal('invalid_cursor'));
  });
});

describe('a cursor of a numbered list', () => {
  it('decodes to the number that it was encoded from', () => {
    expect(decodeSeqCursor(encodeSeqCursor(list, 7), list)).toBe(7);
  });

  it.each([
    ['of another organization', encodeSeqCursor({ ...list, org: 'o2' }, 7)],
    ['of another route', encodeSeqCursor({ ...list, route: 'flags desc' }, 7)],
    ['with a fraction', encodeSeqCursor(list, 1.5)],
    ['beyond the integers of Postgres', encodeSeqCursor(list, 2 ** 31)],
    ['of a dated list', encodeCursor({ ...list, ...position })],
  ])('%s is refused', (_, cursor) => {
    expect(() => decodeSeqCursor(cursor, list)).toThrow(refusal('invalid_cursor'));
  });
});

describe('the window of a page', () => {
  it.each([0, 201, 1.5, Number.NaN])('with a limit of %d is refused', (limit) => {
    expect(() => pageWindow({ limit, order: 'asc' }, list)).toThrow(refusal('invalid_limit'));
  });

  it('reads one row more than the page holds, which becomes the next page', () => {
    const { rows, direction, beyond } = pageWindow({ limit: 1, order: 'desc' }, list);
    const page = pageOf([position, position], { limit: 1 }, list, { positionOf: (row) => row, view: ({ id }) => id });

    expect({ rows, direction, beyond }).toEqual({ rows: 2, direction: 'desc', beyond: '<' });
    expect(page).toMatchObject({ data: [position.id], has_more: true });
    expect(decodeCursor(page.next_cursor!, list)).toEqual(position);
  });
});
