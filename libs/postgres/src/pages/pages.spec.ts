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
    ['beyond the exact integers', encodeSeqCursor(list, 2 ** 53)],
    ['of a dated list', encodeCursor({ ...list, ...position })],
  ])('%s is refused', (_, cursor) => {
    expect(() => decodeSeqCursor(cursor, list)).toThrow(refusal('invalid_cursor'));
  });
});

describe('a page', () => {
  const MIB = 1024 * 1024;
  const read = (sizes: readonly number[], limit = 200) =>
    pageOf(sizes, { limit }, list, { positionOf: () => position, view: (size) => 'x'.repeat(size) }).data;

  it('ends before its items exceed 2 MiB, and holds one item at least', () => {
    expect(read([MIB, MIB - 4, 1])).toHaveLength(2);
    expect(read([MIB, MIB - 3, 1])).toHaveLength(1);
    expect(read([3 * MIB, 1])).toHaveLength(1);
  });

  it('has a next page when it ended early, or when the rows were cut', () => {
    const wholePage = { positionOf: () => position, view: (size: number) => 'x'.repeat(size) };

    expect(pageOf([3 * MIB, 1], { limit: 5 }, list, wholePage)).toMatchObject({ has_more: true });
    expect(pageOf({ rows: [1], isCut: true }, { limit: 5 }, list, wholePage).next_cursor).not.toBeNull();
    expect(pageOf({ rows: [1], isCut: false }, { limit: 5 }, list, wholePage).next_cursor).toBeNull();
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
