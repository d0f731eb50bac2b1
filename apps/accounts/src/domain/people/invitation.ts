/** Lets the holder of its token choose the password of a person, once. A person has at most one invitation. */
export interface Invitation {
  readonly id: string;
  readonly userId: string;
  /** SHA-256, base64url: the token is 256 random bits, so a slow hash would add nothing. */
  readonly tokenHash: string;
  readonly createdAt: Date;
  readonly expiresAt: Date;
}

const LIFE_MS = 7 * 86_400_000;

export function invite(identity: Pick<Invitation, 'id' | 'userId' | 'tokenHash'>, at: Date): Invitation {
  return { ...identity, createdAt: at, expiresAt: new Date(at.getTime() + LIFE_MS) };
}
