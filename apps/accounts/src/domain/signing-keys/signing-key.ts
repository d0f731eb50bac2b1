import type { Secret } from '#libs/kernel';

/** A key pair that signs access tokens. */
export interface SigningKey {
  readonly kid: string;
  /** The key as it is published in the JWKS. */
  readonly publicJwk: Readonly<Record<string, unknown>>;
  /** PKCS #8, PEM. */
  readonly privatePem: Secret;
  readonly createdAt: Date;
  /** Later than its publication, which begins with its creation: verifiers must have read the key before it signs. */
  readonly signsFrom: Date;
  /** The time from which its successor signs. */
  readonly retiredAt?: Date;
}
export type FreshKey = Omit<SigningKey, 'signsFrom' | 'retiredAt'>;

/**
 * How long a key is published before it signs. Every process reads the keys once a minute, so the key is in every JWKS for at
 * least four minutes, and no process signs with the old one by mistake.
 */
export const PUBLISHED_BEFORE_MS = 300_000;

/** Whether it signs, now or later. */
export function isUsable(key: SigningKey, at: Date): boolean {
  return key.retiredAt === undefined || at < key.retiredAt;
}

/**
 * The key that signs at a time: the same before and after a rotation. When no other key is usable, the oldest one signs before
 * its time: it may come from a process with a clock that is ahead. `keys`: newest first.
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
