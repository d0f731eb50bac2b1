import { requestIdOf } from './request-id.js';

const newId = (): string => requestIdOf({ headers: {} });

describe('requestIdOf', () => {
  it('returns the id of the caller when it has only safe characters', () => {
    expect(requestIdOf({ headers: { 'x-request-id': 'trace:1.a-B_c' } })).toBe('trace:1.a-B_c');
    expect(requestIdOf({ headers: { 'x-request-id': 'a\nb' } })).not.toContain('\n');
    expect(requestIdOf({ headers: { 'x-request-id': 'x'.repeat(129) } })).toHaveLength(36);
  });

  it('creates UUIDs of version 7 that contain the time', () => {
    const before = Date.now();
    const id = newId();

    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(parseInt(id.replaceAll('-', '').slice(0, 12), 16)).toBeGreaterThanOrEqual(before);
  });

  it('creates unique ids in ascending order, also beyond the counter of a millisecond', () => {
    const ids = Array.from({ length: 20_000 }, newId);

    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.toSorted()).toEqual(ids);
  });
});
