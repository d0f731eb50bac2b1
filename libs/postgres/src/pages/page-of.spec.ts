import { AppError } from '#libs/kernel';
import { pageOf, pageWindow } from './page-of.js';

const scope = { route: 'flags', org: '01900000-0000-7000-8000-00000000000a' };
const at = (n: number) => ({
  created_at: new Date(n * 1_000).toISOString(),
  id: `01900000-0000-7000-8000-${String(n).padStart(12, '0')}`,
});
const page = { limit: 2, order: 'asc' } as const;
const read = (numbers: readonly number[], limit = 2) =>
  pageOf(numbers, { limit }, scope, { positionOf: at, view: (n) => `row ${n}` });

describe('pageOf', () => {
  it('shows the rows of the last page, and no cursor', () => {
    expect(read([1, 2])).toEqual({ data: ['row 1', 'row 2'], next_cursor: null, has_more: false });
    expect(read([])).toEqual({ data: [], next_cursor: null, has_more: false });
  });

  it('leaves out the row beyond the limit, and continues after the last row shown', () => {
    const first = read([1, 2, 3]);

    expect(first).toMatchObject({ data: ['row 1', 'row 2'], has_more: true });
    expect(pageWindow({ ...page, cursor: first.next_cursor! }, scope).after).toEqual(at(2));
  });
});

describe('pageWindow', () => {
  const codeOf = (run: () => unknown): unknown => {
    try {
      return run();
    } catch (error) {
      return error instanceof AppError ? error.code : error;
    }
  };

  it('reads one row more than the limit, in the direction of the page', () => {
    expect(pageWindow(page, scope)).toEqual({ rows: 3, after: undefined, direction: 'asc', beyond: '>' });
    expect(pageWindow({ limit: 200, order: 'desc' }, scope)).toMatchObject({
      rows: 201,
      direction: 'desc',
      beyond: '<',
    });
  });

  it.each([0, 201, 1.5, Number.NaN])('refuses the limit %s', (limit) => {
    expect(codeOf(() => pageWindow({ ...page, limit }, scope))).toBe('invalid_limit');
  });

  it('refuses the cursor of another organization', () => {
    const { next_cursor } = read([1, 2, 3]);

    expect(codeOf(() => pageWindow({ ...page, cursor: next_cursor! }, { ...scope, org: 'other' }))).toBe(
      'invalid_cursor',
    );
  });
});
