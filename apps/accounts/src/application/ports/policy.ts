import type { Secret } from '#libs/kernel';

/** The rules of accounts that settings decide. */
export interface AccountsPolicy {
  readonly issuer: string;
  readonly audience: string;
  readonly accessTtlS: number;
  readonly refreshTtlMs: { readonly web: number; readonly native: number };
  /** Largest age of a session, however often it is renewed. */
  readonly sessionMaxMs: number;
  /** Whether every user may create organizations. */
  readonly openOrganizations: boolean;
  /** Largest age of the signing key. */
  readonly keyRotationMs: number;
  readonly firstAdmin?: { readonly email: string; readonly password: Secret };
}
