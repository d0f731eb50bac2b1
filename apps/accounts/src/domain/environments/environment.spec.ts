import { changeEnvironment, newEnvironment } from './environment.js';

const at = new Date('2030-01-01T00:00:00Z');
const later = new Date('2030-01-02T00:00:00Z');
const place = { id: 'environment', orgId: 'org', position: 3 };
const staging = newEnvironment({ name: 'staging', color: '#abcdef', protected: true }, place, at);

describe('an environment', () => {
  it('keeps the fields that a change leaves out, and always its name', () => {
    const change = { position: 1, name: 'other' };

    expect(changeEnvironment(staging, change, later)).toEqual({
      ...staging,
      position: 1,
      version: 2,
      updatedAt: later,
    });
  });

  it('loses its color by null and its protection by false', () => {
    const bare = changeEnvironment(staging, { color: null, protected: false }, later);

    expect(bare).toMatchObject({ protected: false });
    expect(bare.color).toBeUndefined();
  });

  it('is never placed after the largest position', () => {
    const last = newEnvironment({ name: 'last' }, { ...place, position: 10_001 }, at);

    expect(last.position).toBe(10_000);
    expect(changeEnvironment(last, { position: last.position }, later).position).toBe(10_000);
  });

  it.each([
    [{ position: 0 }, 'invalid_type'],
    [{ position: 1.5 }, 'invalid_type'],
    [{ position: 10_001 }, 'invalid_type'],
    [{ color: 'red' }, 'invalid_color'],
  ])('refuses %j', (change, code) => {
    expect(() => changeEnvironment(staging, change, later)).toThrow(expect.objectContaining({ code }));
  });
});
