import { invite, LINK_LIFE_MS } from './invitation.js';
import { passwordReset } from './password-reset.js';
import { canSignIn, changeUser, isPending, newSuperAdmin, newUser } from './user.js';

const at = new Date('2026-03-01T10:00:00.000Z');
const later = new Date('2026-03-02T10:00:00.000Z');
const wish = { id: 'ann', email: 'ann@loom.localhost', isSuperAdmin: false };

describe('a user', () => {
  it.each([
    ['invited', {}, { isPending: true, canSignIn: false }],
    ['with a password', { passwordHash: 'hash' }, { isPending: false, canSignIn: true }],
    ['locked', { passwordHash: 'hash', lockedAt: at }, { isPending: false, canSignIn: false }],
    ['invited and locked', { lockedAt: at }, { isPending: true, canSignIn: false }],
  ])('%s', (_, state, expected) => {
    const user = { ...newUser(wish, at), ...state };

    expect({ isPending: isPending(user), canSignIn: canSignIn(user) }).toEqual(expected);
  });

  it('gets a version and a time by each change, and keeps the rest', () => {
    const user = newSuperAdmin({ id: 'root', email: 'root@loom.localhost', passwordHash: 'hash' }, at);

    const locked = changeUser(user, { lockedAt: later }, later);
    const unlocked = changeUser(locked, { lockedAt: undefined }, later);

    expect(user).toMatchObject({ version: 1, createdAt: at, updatedAt: at });
    expect(locked).toEqual({ ...user, lockedAt: later, version: 2, updatedAt: later });
    expect(unlocked).toEqual({ ...user, lockedAt: undefined, version: 3, updatedAt: later });
  });
});

describe('the links of people', () => {
  it('live for seven days when they invite, and for one when they reset a password', () => {
    const invitation = invite({ id: 'i', userId: 'ann', tokenHash: 'hash' }, at);
    const reset = passwordReset({ id: 'r', userId: 'ann', tokenHash: 'hash', createdBy: 'root' }, at);

    expect(invitation).toMatchObject({ userId: 'ann', createdAt: at });
    expect([invitation.expiresAt.getTime() - at.getTime(), LINK_LIFE_MS]).toEqual([604_800_000, 604_800_000]);
    expect(reset).toMatchObject({ createdBy: 'root', createdAt: at });
    expect(reset.expiresAt.getTime() - at.getTime()).toBe(86_400_000);
  });
});
