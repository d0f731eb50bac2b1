import type { PageOf } from '#libs/contracts';
import type {
  InvitationStore,
  PasswordResetStore,
  SetupStore,
  SetupToken,
  UserQuery,
  UserStore,
} from '../../src/application/ports/platform-stores.js';
import type { Invitation } from '../../src/domain/people/invitation.js';
import type { PasswordReset } from '../../src/domain/people/password-reset.js';
import { canSignIn, isPending, type User } from '../../src/domain/people/user.js';
import { changedMeanwhile, notFound, pageOfRows, taken } from './rows.js';
import type { InMemoryTransaction } from './tables.js';

export class InMemoryUsers implements UserStore {
  constructor(private readonly tx: InMemoryTransaction) {}

  async find(id: string): Promise<User | undefined> {
    return this.tx.tables.users.get(id);
  }

  async findByEmail(email: string): Promise<User | undefined> {
    return this.#withAddress(email, false);
  }

  async findPending(email: string): Promise<User | undefined> {
    return this.#withAddress(email, true);
  }

  async lock(id: string): Promise<User> {
    const user = this.tx.tables.users.get(id);
    if (user === undefined) throw notFound('user');
    return user;
  }

  async lockAny(id: string): Promise<User | undefined> {
    return this.tx.tables.users.get(id);
  }

  async any(): Promise<boolean> {
    return this.tx.tables.users.size > 0;
  }

  async otherSuperAdmins(id: string): Promise<number> {
    return this.#all().filter((user) => user.id !== id && user.isSuperAdmin && canSignIn(user)).length;
  }

  async list({ page, search = '' }: UserQuery): Promise<PageOf<User>> {
    const users = this.#all().filter(({ email }) => email.toLowerCase().includes(search.toLowerCase()));
    return pageOfRows(users, page, { route: 'users', org: search }, { listed: (user) => user, view: (user) => user });
  }

  async add(user: User): Promise<void> {
    this.#assertFree(user);
    this.tx.writable.users.set(user.id, user);
  }

  async save(user: User): Promise<void> {
    if (this.tx.tables.users.get(user.id)?.version !== user.version - 1) throw changedMeanwhile('person');
    this.#assertFree(user);
    this.tx.writable.users.set(user.id, user);
  }

  async remove(id: string): Promise<void> {
    const { users, members, sessions, refreshTokens, invitations, passwordResets } = this.tx.writable;
    users.delete(id);
    passwordResets.delete(id);
    for (const [key, { value }] of members) if (value.userId === id) members.delete(key);
    for (const [key, { sessionId }] of refreshTokens)
      if (sessions.get(sessionId)?.userId === id) refreshTokens.delete(key);
    for (const [key, { userId }] of sessions) if (userId === id) sessions.delete(key);
    for (const [key, link] of invitations) if (link.userId === id) invitations.set(key, { ...link, userId: undefined });
  }

  #withAddress(email: string, pending: boolean): User | undefined {
    return this.#all().find((user) => isPending(user) === pending && sameAddress(user.email, email));
  }

  #assertFree(user: User): void {
    const holder = this.#withAddress(user.email, isPending(user));
    if (holder !== undefined && holder.id !== user.id) throw taken('email');
  }

  #all(): readonly User[] {
    return [...this.tx.tables.users.values()];
  }
}

function sameAddress(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

export class InMemoryInvitations implements InvitationStore {
  constructor(private readonly tx: InMemoryTransaction) {}

  async replace(invitation: Invitation): Promise<void> {
    const { invitations } = this.tx.writable;
    for (const [hash, { userId }] of invitations) if (userId === invitation.userId) invitations.delete(hash);
    invitations.set(invitation.tokenHash, invitation);
  }

  async find(tokenHash: string): Promise<Invitation | undefined> {
    return this.tx.tables.invitations.get(tokenHash);
  }

  async accept(tokenHash: string, userId: string): Promise<void> {
    const { invitations } = this.tx.writable;
    const invitation = invitations.get(tokenHash);
    if (invitation !== undefined) invitations.set(tokenHash, { ...invitation, acceptedBy: userId });
  }
}

export class InMemoryPasswordResets implements PasswordResetStore {
  constructor(private readonly tx: InMemoryTransaction) {}

  async replace(reset: PasswordReset): Promise<void> {
    this.tx.writable.passwordResets.set(reset.userId, reset);
  }

  async find(tokenHash: string): Promise<PasswordReset | undefined> {
    return [...this.tx.tables.passwordResets.values()].find((reset) => reset.tokenHash === tokenHash);
  }

  async remove(userId: string): Promise<void> {
    this.tx.writable.passwordResets.delete(userId);
  }
}

export class InMemorySetups implements SetupStore {
  constructor(private readonly tx: InMemoryTransaction) {}

  async issue(token: SetupToken): Promise<boolean> {
    const known = this.tx.tables.setups.get('setup');
    if (known !== undefined && (known.isUsed || known.expiresAt > token.createdAt)) return false;
    this.tx.writable.setups.set('setup', { ...token, isUsed: false });
    return true;
  }

  async isOpen(tokenHash: string, at: Date): Promise<boolean> {
    const known = this.tx.tables.setups.get('setup');
    return known !== undefined && known.hash === tokenHash && !known.isUsed && known.expiresAt > at;
  }

  async take(tokenHash: string, at: Date): Promise<boolean> {
    if (!(await this.isOpen(tokenHash, at))) return false;
    this.tx.writable.setups.set('setup', { ...this.tx.tables.setups.get('setup')!, isUsed: true });
    return true;
  }
}
