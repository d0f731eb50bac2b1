import type { FreshKey, SigningKey } from '../../domain/signing-keys/signing-key.js';

/**
 * How much a caller is trusted, best first: an account that was used from the same network before, any other, a network with recent
 * failures. The better ones go first.
 */
export type HashRank = 'known' | 'usual' | 'suspect';

/** Slow hashes for passwords or API keys. Default rank: `usual`. @throws AppError `overloaded` when too many calls wait */
export interface Hasher {
  hash(text: string, rank?: HashRank): Promise<string>;
  /** Without a hash it takes as long and returns false. */
  verify(hash: string | undefined, text: string, rank?: HashRank): Promise<boolean>;
}

/** The networks that addresses belong to, and their recent failures. */
export interface Networks {
  of(address: string): string;
  noteFailure(network: string): void;
  /** Whether a sign-in from this network failed within the last minutes. */
  hasFailed(network: string): boolean;
}

/** Counts failures in a sliding window. */
export interface FailureLimit {
  /**
   * Counts an attempt as failed until it is forgotten, so that concurrent attempts cannot exceed the limit.
   * @throws AppError `rate_limited`
   */
  begin(key: string): Promise<Attempt>;
}
export interface Attempt {
  forget(): Promise<void>;
}

/** The source of texts that cannot be guessed. */
export interface Entropy {
  /** 40 hex digits. */
  apiKey(): string;
  /** The first refresh token of a session: 256 bits, base64url. */
  refreshToken(): string;
  /** The token of an invitation or set-up link: 64 hex digits. */
  linkToken(): string;
  /**
   * The successor of a refresh token: always the same for the same token, so that an answer can be repeated though only hashes
   * are stored. It cannot be computed without the secret of the platform.
   */
  nextRefreshToken(token: string): string;
}

interface AccessClaims {
  readonly iss: string;
  readonly aud: string;
  readonly sub: string;
  readonly sid: string;
  /** Only narrows; absent: no limit. */
  readonly scope?: string;
  /** Unix seconds. */
  readonly iat: number;
  readonly exp: number;
}

/** JWTs, RS256. The same claims under the same key give the same token. */
export interface TokenSigner {
  generate(at: Date): Promise<FreshKey>;
  sign(key: SigningKey, claims: AccessClaims): Promise<string>;
}
