export interface User {
  readonly id: string;
  /** Normalized: two spellings of one address are one user. */
  readonly email: string;
  /** Absent until an invited person has chosen a password. */
  readonly passwordHash?: string;
  readonly isSuperAdmin: boolean;
  /** Who made this person: the one beside super admins who may invite them again. */
  readonly invitedBy?: string;
  readonly version: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export interface UserWish {
  readonly id: string;
  readonly email: string;
  readonly passwordHash?: string;
  readonly isSuperAdmin: boolean;
  readonly invitedBy?: string;
}

export function newUser(wish: UserWish, at: Date): User {
  return { ...wish, version: 1, createdAt: at, updatedAt: at };
}

export function newSuperAdmin(who: { id: string; email: string; passwordHash: string }, at: Date): User {
  return newUser({ ...who, isSuperAdmin: true }, at);
}

export type UserChange = Partial<Pick<User, 'passwordHash' | 'isSuperAdmin' | 'invitedBy'>>;

export function changeUser(user: User, change: UserChange, at: Date): User {
  return { ...user, ...change, version: user.version + 1, updatedAt: at };
}

/** Whether the person was invited and has not come yet. */
export function isPending(user: User): boolean {
  return user.passwordHash === undefined;
}
