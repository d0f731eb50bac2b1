import { createHmac, timingSafeEqual } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Clock, Secret } from '#libs/kernel';

const HOUR_MS = 3_600_000;
const LIFETIME_MS = 12 * HOUR_MS;
const MAX_KEPT = 10_000;
/** Part of the signed text, so that the signature is valid for stream tokens only. */
const PURPOSE = 'loom OFREP stream token 1';
const SHAPE = /^s1\.([0-9a-f]{12})\.([0-9a-z]{1,11})\.([0-9a-f]{64})$/;

interface Issued {
  readonly expiresAt: number;
  readonly token: string;
}

/** The key that a token stands for, and its expiry in unix ms. */
export interface StreamToken {
  readonly lookupId: string;
  readonly expiresAt: number;
}

/**
 * Tokens that open OFREP event streams only, since EventSource sends no headers: `s1.<look-up id>.<expiry>.<mac>`, the expiry in
 * base 36 of unix ms, the mac HMAC-SHA256 (RFC 2104) in hex. Whether the key is still valid must be checked separately.
 */
export class StreamTokens {
  readonly #issued = new LRUCache<string, Issued>({ max: MAX_KEPT });

  constructor(
    private readonly secret: Secret,
    private readonly clock: Clock,
  ) {}

  /**
   * A token for a key, valid for 12 h from the last full hour: all processes issue the same token for an hour, since clients reconnect
   * whenever the address of their stream changes.
   */
  issue(lookupId: string): string {
    const now = this.clock.now().getTime();
    const expiresAt = now - (now % HOUR_MS) + LIFETIME_MS;
    const issued = this.#issued.get(lookupId);
    if (issued?.expiresAt === expiresAt) return issued.token;
    const claims = `${lookupId}.${expiresAt.toString(36)}`;
    const token = `s1.${claims}.${this.#mac(claims).toString('hex')}`;
    this.#issued.set(lookupId, { expiresAt, token });
    return token;
  }

  /** The content of a token; `undefined` when it is not signed with this secret or has expired. */
  read(token: string): StreamToken | undefined {
    const [, lookupId, expiry, mac] = SHAPE.exec(token) ?? [];
    if (lookupId === undefined || expiry === undefined || mac === undefined) return undefined;
    if (!timingSafeEqual(Buffer.from(mac, 'hex'), this.#mac(`${lookupId}.${expiry}`))) return undefined;
    const expiresAt = Number.parseInt(expiry, 36);
    return this.clock.now().getTime() < expiresAt ? { lookupId, expiresAt } : undefined;
  }

  #mac(claims: string): Buffer {
    return createHmac('sha256', this.secret.expose()).update(`${PURPOSE}|${claims}`).digest();
  }
}
