/**
 * murmur3_x86_32 with seed 0 over UTF-8, unsigned (Austin Appleby, MurmurHash3.cpp, r136). ASCII is hashed directly from
 * the string's UTF-16 units. Other strings are encoded by `TextEncoder`, which replaces a lone surrogate by U+FFFD.
 */
const C1 = 0xcc9e2d51;
const C2 = 0x1b873593;
const encoder = new TextEncoder();

const scramble = (word: number): number => {
  const k = Math.imul(word, C1);
  return Math.imul((k << 15) | (k >>> 17), C2);
};
const mix = (hash: number, word: number): number => {
  const h = hash ^ scramble(word);
  return (Math.imul((h << 13) | (h >>> 19), 5) + 0xe6546b64) | 0;
};
const finish = (hash: number, length: number): number => {
  let h = hash ^ length;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
};

export function murmur3Bytes(bytes: Uint8Array): number {
  const whole = bytes.length & ~3;
  let h = 0;
  for (let i = 0; i < whole; i += 4) {
    h = mix(h, bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24));
  }
  let rest = 0;
  for (let i = bytes.length - 1; i >= whole; i--) rest = (rest << 8) | bytes[i]!;
  if (whole < bytes.length) h ^= scramble(rest);
  return finish(h, bytes.length);
}

/** State of the hash after a constant prefix, which is hashed once when a flag is compiled. */
export interface HashPrefix {
  readonly text: string;
  readonly hash: number;
  /** Bytes after the last whole word, little endian, and their number of bits: 0, 8, 16 or 24; -1 unless the text is ASCII. */
  readonly carry: number;
  readonly carryBits: number;
}

/** An ASCII prefix is hashed now. A prefix with other characters is kept as text and hashed together with the value. */
export function hashPrefix(text: string): HashPrefix {
  const whole = text.length & ~3;
  let hash = 0;
  let carry = 0;
  for (let i = 0; i < whole; i += 4) {
    hash = mix(
      hash,
      text.charCodeAt(i) |
        (text.charCodeAt(i + 1) << 8) |
        (text.charCodeAt(i + 2) << 16) |
        (text.charCodeAt(i + 3) << 24),
    );
  }
  for (let i = text.length - 1; i >= whole; i--) carry = (carry << 8) | text.charCodeAt(i);
  return { text, hash, carry, carryBits: isAscii(text) ? (text.length & 3) * 8 : -1 };
}

/** A salt with the dot after it. Hashed when a rule first needs it, because most flags never hash. */
export class Salt {
  private hashed: HashPrefix | undefined;

  constructor(private readonly text: string) {}

  get prefix(): HashPrefix {
    return (this.hashed ??= hashPrefix(`${this.text}.`));
  }
}

function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 127) return false;
  return true;
}

const SUFFIX = '.variant';
const SUFFIX_WORDS = [0x7261762e, 0x746e6169] as const;

/** Hash of `prefix.text + value`, unsigned. */
export function hashWith(prefix: HashPrefix, value: string): number {
  return hashText(prefix, value, false) >>> 0;
}

/** Hash of `prefix.text + value + ".variant"`, unsigned, without building that string. */
export function hashVariantWith(prefix: HashPrefix, value: string): number {
  return hashText(prefix, value, true) >>> 0;
}

/**
 * When the prefix does not end at a multiple of four bytes, each word is combined from the carried bits and the next ones.
 * The result is signed: V8 returns 32 signed bits without allocating, but not 32 unsigned ones.
 */
function hashText(prefix: HashPrefix, value: string, withSuffix: boolean): number {
  let bits = prefix.carryBits;
  if (bits < 0) return hashBytes(prefix, value, withSuffix);
  const length = value.length;
  const whole = length & ~3;
  let h = prefix.hash;
  let carry = prefix.carry;
  let seen = 0;
  let i = 0;
  for (; i < whole; i += 4) {
    const a = value.charCodeAt(i);
    const b = value.charCodeAt(i + 1);
    const c = value.charCodeAt(i + 2);
    const d = value.charCodeAt(i + 3);
    seen |= a | b | c | d;
    const word = a | (b << 8) | (c << 16) | (d << 24);
    h = mix(h, carry | (word << bits));
    carry = shiftedOut(word, bits);
  }
  if (i < length) {
    const a = value.charCodeAt(i);
    const b = i + 1 < length ? value.charCodeAt(i + 1) : 0;
    const c = i + 2 < length ? value.charCodeAt(i + 2) : 0;
    seen |= a | b | c;
    const rest = a | (b << 8) | (c << 16);
    carry |= rest << bits;
    const filled = bits + 8 * (length - i);
    if (filled >= 32) {
      h = mix(h, carry);
      carry = shiftedOut(rest, bits);
    }
    bits = filled & 31;
  }
  if (seen > 127) return hashBytes(prefix, value, withSuffix);
  if (withSuffix) {
    h = mix(h, carry | (SUFFIX_WORDS[0] << bits));
    h = mix(h, shiftedOut(SUFFIX_WORDS[0], bits) | (SUFFIX_WORDS[1] << bits));
    carry = shiftedOut(SUFFIX_WORDS[1], bits);
  }
  if (bits > 0) h ^= scramble(carry);
  return finish(h, prefix.text.length + length + (withSuffix ? SUFFIX.length : 0)) | 0;
}

/** The part of a word that a left shift by `bits` pushes out. Two shifts, because a single shift by 32 is a shift by 0. */
const shiftedOut = (word: number, bits: number): number => (word >>> 1) >>> (31 - bits);

function hashBytes(prefix: HashPrefix, value: string, withSuffix: boolean): number {
  return murmur3Bytes(encoder.encode(prefix.text + value + (withSuffix ? SUFFIX : '')));
}

const EMPTY_PREFIX = hashPrefix('');

/** Hash of a string; equal to `murmurhash`'s `v3(text, 0)` for every string. */
export function murmur3(text: string): number {
  return hashWith(EMPTY_PREFIX, text);
}
