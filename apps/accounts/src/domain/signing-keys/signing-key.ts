import type { Secret } from '#libs/kernel';

/** A key pair that signs access tokens. */
export interface SigningKey {
  readonly kid: string;
  /** As it stands in the JWKS. */
  readonly publicJwk: Readonly<Record<string, unknown>>;
  /** PKCS #8, PEM. */
  readonly privatePem: Secret;
  readonly createdAt: Date;
  /** It is published from its creation on and signs later: who verifies must have seen it before. */
  readonly signsFrom: Date;
  /** From then on its successor signs. */
  readonly retiredAt?: Date;
}
export type FreshKey = Omit<SigningKey, 'signsFrom' | 'retiredAt'>;

/**
 * How long a successor is published before it signs. Each of our processes reads the keys once a minute, so it is in every JWKS
 * for four minutes at least, and no process signs with the old one by mistake.
 */
export const PUBLISHED_BEFORE_MS = 300_000;

/** Whether it signs, or will. */
export function isUsable(key: SigningKey, at: Date): boolean {
  return key.retiredAt === undefined || at < key.retiredAt;
}

/**
 * The key that signs at a time; the same for the same time, before and after a rotation. A key made by a process whose clock
 * is ahead of ours signs already when there is no other. `keys`: newest first.
 */
export function keyAt(keys: readonly SigningKey[], at: Date): SigningKey | undefined {
  const usable = keys.filter((key) => isUsable(key, at));
  return usable.find(({ signsFrom }) => signsFrom <= at) ?? usable.at(-1);
}

/** The key that is published and does not sign yet. */
export function upcomingKey(keys: readonly SigningKey[], at: Date): SigningKey | undefined {
  return keys.find(({ signsFrom }) => signsFrom > at);
}

/** Whether a token signed with this key may still be in use. */
export function isTrusted(key: SigningKey, longestLifeS: number, now: Date): boolean {
  return key.retiredAt === undefined || now.getTime() < key.retiredAt.getTime() + longestLifeS * 1_000;
}
