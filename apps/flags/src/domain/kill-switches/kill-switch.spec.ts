import { activate, deactivate, editKillSwitch, newKillSwitch } from './kill-switch.js';

const at = new Date('2026-03-01T10:00:00.000Z');
const later = new Date('2026-03-01T11:00:00.000Z');
const draft = { key: 'stop_checkout', name: 'Stop', linked_flag_keys: ['checkout', 'checkout', 'not.yet'] };
const killSwitch = newKillSwitch(draft, { id: 'k', scope: 'o', at });
const refusal = (code: string) => expect.objectContaining({ code }) as Error;

describe('a kill switch', () => {
  it('starts inactive, with each linked key once', () => {
    expect(killSwitch).toMatchObject({ version: 1, linkedFlagKeys: ['checkout', 'not.yet'] });
    expect(killSwitch.activation).toBeUndefined();
  });

  it('is activated with a trimmed reason; a second activation replaces reason, user and time', () => {
    const first = activate(killSwitch, '  refunds ', 'ada', at);
    const second = activate(first, 'worse', 'bob', later);

    expect(first).toMatchObject({ activation: { reason: 'refunds', by: 'ada', at }, version: 2 });
    expect(second).toMatchObject({ activation: { reason: 'worse', by: 'bob', at: later }, version: 3 });
  });

  it.each([[''], ['   '], [undefined], [5]])('is not activated for %j', (reason) => {
    expect(() => activate(killSwitch, reason, 'ada', at)).toThrow(refusal('reason_required'));
  });

  it('accepts a reason of 2,000 characters and none longer', () => {
    expect(activate(killSwitch, ` ${'x'.repeat(2_000)} `, 'ada', at).version).toBe(2);
    expect(() => activate(killSwitch, 'x'.repeat(2_001), 'ada', at)).toThrow(refusal('too_long'));
  });

  it('drops the reason when it is deactivated; a second deactivation changes nothing', () => {
    const off = deactivate(activate(killSwitch, 'x', 'ada', at), later);

    expect(off).toMatchObject({ activation: undefined, version: 3 });
    expect(deactivate(off, later)).toBe(off);
  });

  it('is edited in name, description and links; an edit that changes nothing returns the same object', () => {
    const edited = editKillSwitch(killSwitch, { linked_flag_keys: [], description: 'why' }, later);

    expect(edited).toMatchObject({ linkedFlagKeys: [], description: 'why', version: 2, updatedAt: later });
    expect(editKillSwitch(killSwitch, { name: 'Stop' }, later)).toBe(killSwitch);
    const reordered = { linked_flag_keys: ['not.yet', 'checkout'] };
    expect(editKillSwitch(killSwitch, reordered, later)).toBe(killSwitch);
    const unknown: object = { key: 'x' };
    expect(() => editKillSwitch(killSwitch, unknown, later)).toThrow(refusal('unknown_field'));
    expect(() => editKillSwitch(killSwitch, { linked_flag_keys: ['A'] }, later)).toThrow(refusal('invalid_flag_key'));
  });
});
