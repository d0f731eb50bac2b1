import type { Role } from '#libs/contracts';
import { inviteMember, isWaiting, renewInvitation } from './member-invitation.js';

const at = new Date('2030-01-01T00:00:00Z');
const week = 7 * 86_400_000;
const terms = { email: 'ann@loom.localhost', role: 'member', permissions: [] } as const;
const given = { id: 'first', orgId: 'org', tokenHash: 'hash', invitedBy: 'root' };
const first = inviteMember(terms, given, at);
const after = (ms: number): Date => new Date(at.getTime() + ms);

describe('an invitation', () => {
  it('waits for seven days, and no longer than its acceptance', () => {
    expect(isWaiting(first, at)).toBe(true);
    expect(isWaiting(first, after(week - 1))).toBe(true);
    expect(isWaiting(first, after(week))).toBe(false);
    expect(isWaiting({ ...first, acceptedBy: 'ann' }, at)).toBe(false);
  });

  it('when renewed keeps its id and the time it was made; everything else is new', () => {
    const later = after(1_000);
    const wish = inviteMember(
      { ...terms, role: 'admin', permissions: ['data:export_pii'] },
      { ...given, id: 'second', tokenHash: 'other hash', invitedBy: 'bob' },
      later,
    );

    expect(renewInvitation(first, wish)).toEqual({
      ...{ id: 'first', orgId: 'org', email: 'ann@loom.localhost', role: 'admin', permissions: ['data:export_pii'] },
      ...{ tokenHash: 'other hash', invitedBy: 'bob', createdAt: at, updatedAt: later, expiresAt: after(1_000 + week) },
    });
  });

  it('offers known rights alone, each once', () => {
    const twice = ['data:delete_pii', 'data:export_pii', 'data:delete_pii'] as const;

    expect(inviteMember({ ...terms, permissions: twice }, given, at).permissions).toEqual([
      'data:export_pii',
      'data:delete_pii',
    ]);
    const owner = { ...terms, role: 'owner' as string as Role };
    expect(() => inviteMember(owner, given, at)).toThrow(expect.objectContaining({ code: 'invalid_type' }));
  });
});
