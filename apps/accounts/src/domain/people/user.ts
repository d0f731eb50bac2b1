export interface User {
  readonly id: string;
  /** Normalized: spellings of one address that differ in case are the same user. */
  readonly email: string;
  /** Absent until an invited person has chosen a password. */
  readonly passwordHash?: string;
  readonly isSuperAdmin: boolean;
  /** The super admin that created this person: a link to a pending person works while this one is a super admin. */
  readonly invitedBy?: string;
  /** Since when the person is locked out. */
  readonly lockedAt?: Date;
  readonly version: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export interface NewUser {
  readonly id: string;
  readonly email: string;
  readonly passwordHash?: string;
  readonly isSuperAdmin: boolean;
  readonly invitedBy?: string;
}

export function newUser(given: NewUser, at: Date): User {
  return { ...given, version: 1, createdAt: at, updatedAt: at };
}

export function newSuperAdmin(given: { id: string; email: string; passwordHash: string }, at: Date): User {
  return newUser({ ...given, isSuperAdmin: true }, at);
}

export type UserChange = Partial<Pick<User, 'passwordHash' | 'isSuperAdmin' | 'invitedBy' | 'lockedAt'>>;

export function changeUser(user: User, change: UserChange, at: Date): User {
  return { ...user, ...change, version: user.version + 1, updatedAt: at };
}

/** Whether the person was invited and has not accepted yet. */
export function isPending(user: User): boolean {
  return user.passwordHash === undefined;
}

/** Whether the person can sign in: others do not count as the last admin of anything. */
export function canSignIn({ passwordHash, lockedAt }: Pick<User, 'passwordHash' | 'lockedAt'>): boolean {
  return passwordHash !== undefined && lockedAt === undefined;
}
