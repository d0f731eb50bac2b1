import { requestIdOf } from './request-id.js';

const made = (): string => requestIdOf({ headers: {} });

describe('requestIdOf', () => {
  it('takes what the caller sent, when it is harmless', () => {
    expect(requestIdOf({ headers: { 'x-request-id': 'trace:1.a-B_c' } })).toBe('trace:1.a-B_c');
    expect(requestIdOf({ headers: { 'x-request-id': 'a\nb' } })).not.toContain('\n');
    expect(requestIdOf({ headers: { 'x-request-id': 'x'.repeat(129) } })).toHaveLength(36);
  });

  it('makes UUIDs of version 7 that carry the time', () => {
    const before = Date.now();
    const id = made();

    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(parseInt(id.replaceAll('-', '').slice(0, 12), 16)).toBeGreaterThanOrEqual(before);
  });

  it('makes no id twice and each greater than the one before, however many a millisecond needs', () => {
    const ids = Array.from({ length: 20_000 }, made);

    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.toSorted()).toEqual(ids);
  });
});
