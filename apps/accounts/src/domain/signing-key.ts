import type { Secret } from '#libs/kernel';

/** A key pair that signs access tokens. */
export interface SigningKey {
  readonly kid: string;
  /** As it stands in the JWKS. */
  readonly publicJwk: Readonly<Record<string, unknown>>;
  /** PKCS #8, PEM. */
  readonly privatePem: Secret;
  readonly createdAt: Date;
  readonly retiredAt?: Date;
}

/** Whether it may sign. */
export function isCurrent(key: SigningKey): boolean {
  return key.retiredAt === undefined;
}

/** Whether a token signed with this key may still be in use. */
export function isTrusted(key: SigningKey, longestLifeS: number, now: Date): boolean {
  return key.retiredAt === undefined || now.getTime() < key.retiredAt.getTime() + longestLifeS * 1_000;
}
