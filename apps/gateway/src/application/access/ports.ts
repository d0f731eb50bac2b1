import type { Membership, UserView } from '#libs/contracts';

export interface TokenClaims {
  readonly userId: string;
  readonly scope?: string;
  readonly sessionId: string;
  /** Unix ms at which the token expires. */
  readonly expiresAt: number;
}

/** The ended sessions whose access tokens have not expired. */
export interface EndedSessions {
  has(sessionId: string): boolean;
  /** Calls the listener once for each session that ends from now on. */
  onAdded(listener: (sessionId: string) => void): void;
}

export interface AccessTokens {
  /** @throws AppError `invalid_token`, also when its session has ended; `bus_unavailable` when the signing keys are unknown and cannot be fetched */
  verify(token: string): Promise<TokenClaims>;
}

/** The memberships of people in organizations, cached for some minutes. */
export interface Memberships {
  /** @param org id or slug. @throws AppError `not_found`, both for an unknown organization and for one of other people */
  get(userId: string, org: string): Promise<Membership>;
  forgetMember(orgId: string, userId: string): void;
  forgetPerson(userId: string): void;
  forgetOrganization(orgId: string): void;
  forgetAll(): void;
  /**
   * Calls the listener after memberships were forgotten, with a function that returns whether one of them may have changed: what
   * they opened must be checked again.
   */
  onForgotten(listener: (affects: (userId: string, orgId: string) => boolean) => void): void;
}

/** The accounts of people that can sign in, cached for some seconds. */
export interface Users {
  /** @throws AppError `not_found` */
  get(userId: string): Promise<UserView>;
  forget(userId: string): void;
  forgetAll(): void;
}
