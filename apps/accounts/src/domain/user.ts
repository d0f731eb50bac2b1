export interface User {
  readonly id: string;
  /** Normalized: two spellings of one address are one user. */
  readonly email: string;
  readonly passwordHash: string;
  readonly isSuperAdmin: boolean;
  readonly version: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export function newSuperAdmin(who: { id: string; email: string; passwordHash: string }, at: Date): User {
  return { ...who, isSuperAdmin: true, version: 1, createdAt: at, updatedAt: at };
}
