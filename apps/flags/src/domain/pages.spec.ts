import { checkPage, readCursor, writeCursor } from './pages.js';

const position = { at: new Date('2026-03-01T10:00:00.123Z'), id: '01900000-0000-7000-8000-00000000000a' };
const refusal = (code: string) => expect.objectContaining({ code }) as Error;

describe('a cursor', () => {
  it('comes back as the position it was made of', () => {
    expect(readCursor('flags o1 asc', writeCursor('flags o1 asc', position))).toEqual(position);
  });

  it.each([
    ['of another list', writeCursor('flags o2 asc', position)],
    ['that is nothing', ''],
    ['that is no JSON', Buffer.from('{').toString('base64url')],
    ['whose id is no id', writeCursor('flags o1 asc', { ...position, id: "'; drop table flag" })],
  ])('%s is refused', (_, cursor) => {
    expect(() => readCursor('flags o1 asc', cursor)).toThrow(refusal('invalid_cursor'));
  });
});

it.each([0, 201, 1.5, Number.NaN])('a page of %d is refused', (limit) => {
  expect(() => checkPage({ limit, order: 'asc' })).toThrow(refusal('invalid_limit'));
});
