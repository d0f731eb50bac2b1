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
  readonly quotas: OrganizationQuotas;
  readonly firstAdmin?: { readonly email: string; readonly password: Secret };
}

/** The largest number of each thing that an organization may have. */
export interface OrganizationQuotas {
  readonly environments: number;
  /** Keys that are not revoked. */
  readonly keys: number;
  /** Members and invitations that wait for an answer together. */
  readonly members: number;
}
