import type { PageOf } from '#libs/contracts';
import type {
  InvitationStore,
  SetupStore,
  SetupToken,
  UserQuery,
  UserStore,
} from '../../src/application/ports/platform-stores.js';
import type { Invitation } from '../../src/domain/people/invitation.js';
import type { User } from '../../src/domain/people/user.js';
import { changedMeanwhile, notFound, pageOfRows, taken } from './rows.js';
import type { InMemoryTransaction } from './tables.js';

export class InMemoryUsers implements UserStore {
  constructor(private readonly tx: InMemoryTransaction) {}

  async find(id: string): Promise<User | undefined> {
    return this.tx.tables.users.get(id);
  }

  async findByEmail(email: string): Promise<User | undefined> {
    return this.#all().find((user) => user.email.toLowerCase() === email.toLowerCase());
  }

  async lock(id: string): Promise<User> {
    const user = this.tx.tables.users.get(id);
    if (user === undefined) throw notFound('user');
    return user;
  }

  async any(): Promise<boolean> {
    return this.tx.tables.users.size > 0;
  }

  async otherSuperAdmins(id: string): Promise<number> {
    return this.#all().filter((user) => user.id !== id && user.isSuperAdmin && user.passwordHash !== undefined).length;
  }

  async list({ page, search = '' }: UserQuery): Promise<PageOf<User>> {
    const users = this.#all().filter(({ email }) => email.toLowerCase().includes(search.toLowerCase()));
    return pageOfRows(users, page, { route: 'users', org: search }, { listed: (user) => user, view: (user) => user });
  }

  async add(user: User): Promise<void> {
    if ((await this.findByEmail(user.email)) !== undefined) throw taken('email');
    this.tx.writable.users.set(user.id, user);
  }

  async save(user: User): Promise<void> {
    if (this.tx.tables.users.get(user.id)?.version !== user.version - 1) throw changedMeanwhile('person');
    this.tx.writable.users.set(user.id, user);
  }

  #all(): readonly User[] {
    return [...this.tx.tables.users.values()];
  }
}

export class InMemoryInvitations implements InvitationStore {
  constructor(private readonly tx: InMemoryTransaction) {}

  async replace(invitation: Invitation): Promise<void> {
    this.tx.writable.invitations.set(invitation.userId, invitation);
  }

  async isOpen(tokenHash: string, at: Date): Promise<boolean> {
    return this.#open(tokenHash, at) !== undefined;
  }

  async take(tokenHash: string, at: Date): Promise<string | undefined> {
    const userId = this.#open(tokenHash, at)?.userId;
    if (userId !== undefined) this.tx.writable.invitations.delete(userId);
    return userId;
  }

  #open(tokenHash: string, at: Date): Invitation | undefined {
    const invitations = [...this.tx.tables.invitations.values()];
    return invitations.find((invitation) => invitation.tokenHash === tokenHash && invitation.expiresAt > at);
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
