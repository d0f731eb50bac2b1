/** Lets the holder of its token choose another password for an account, once. An account has at most one. */
export interface PasswordReset {
  readonly id: string;
  readonly userId: string;
  /** SHA-256, base64url: the token is 256 random bits, so a slow hash would add nothing. */
  readonly tokenHash: string;
  /** The link works while this super admin is one. */
  readonly createdBy: string;
  readonly createdAt: Date;
  readonly expiresAt: Date;
}

const LIFE_MS = 86_400_000;

export function passwordReset(given: Omit<PasswordReset, 'createdAt' | 'expiresAt'>, at: Date): PasswordReset {
  return { ...given, createdAt: at, expiresAt: new Date(at.getTime() + LIFE_MS) };
}
