/**
 * Lets the holder of its token choose the password of a person that a super admin invited to the platform, once. A person has at
 * most one. It leads into no organization.
 */
export interface Invitation {
  readonly id: string;
  /** The pending person; absent once another account has accepted. */
  readonly userId?: string;
  /** SHA-256, base64url: the token is 256 random bits, so a slow hash would add nothing. */
  readonly tokenHash: string;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  /** The account that used the link. */
  readonly acceptedBy?: string;
}

export const LINK_LIFE_MS = 7 * 86_400_000;

export function invite(
  identity: { readonly id: string; readonly userId: string; readonly tokenHash: string },
  at: Date,
): Invitation {
  return { ...identity, createdAt: at, expiresAt: new Date(at.getTime() + LINK_LIFE_MS) };
}
