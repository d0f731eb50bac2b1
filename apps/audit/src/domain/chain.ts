import { createHash } from 'node:crypto';
import type { Scope } from '#libs/contracts';
import type { Entry } from './entry.js';

/** The last link of a chain. Each organization has one chain, the platform another. */
export interface ChainHead {
  readonly seq: number;
  readonly hash: Uint8Array;
}

/** An entry in its place of a chain. `text` is what was hashed, byte for byte: it is stored and never built a second time. */
export interface Link extends ChainHead {
  readonly text: string;
}

/** Canonical JSON (RFC 8785): equal values give equal texts. */
export type Canonical = (value: unknown) => string;

const ENTRY_PREFIX = Uint8Array.of(0);

/** The head of an empty chain: number 0, a hash of 32 zero bytes. */
export const GENESIS: ChainHead = { seq: 0, hash: new Uint8Array(32) };

/** The next link: the entry with its `seq`, as canonical text, and the hash over it and everything before. */
export function nextLink(scope: Scope, head: ChainHead, entry: Entry, canonical: Canonical): Link {
  const seq = head.seq + 1;
  const text = canonical({ ...entry, seq });
  return { seq, text, hash: linkHash(scope, seq, head.hash, text) };
}

/**
 * SHA-256(0x00 ‖ org ‖ n ‖ hash of n-1 ‖ text), specification 08. `org` is the id or `platform` in UTF-8, `n` 8 bytes big endian,
 * the hash 32 bytes. The leading zero distinguishes entries from other kinds of hashed data, should a later version add some.
 */
export function linkHash(scope: Scope, seq: number, previous: Uint8Array, text: string): Uint8Array {
  const number = Buffer.alloc(8);
  number.writeBigUInt64BE(BigInt(seq));
  return createHash('sha256').update(ENTRY_PREFIX).update(scope).update(number).update(previous).update(text).digest();
}
