import type { EventRow, Membership, UserView } from '#libs/contracts';
import type { Receipts } from '../domain/propagation.js';

export interface TokenClaims {
  readonly userId: string;
  readonly scope?: string;
  readonly sessionId?: string;
  /** Unix ms at which the token ends. */
  readonly expiresAt: number;
}

/** Access tokens of our own. */
export abstract class AccessTokens {
  /** @throws AppError `invalid_token`; 503 when the keys are not known and cannot be asked for */
  abstract verify(token: string): Promise<TokenClaims>;
}

/** Who belongs to which organization, remembered for some minutes. */
export abstract class Memberships {
  /** @param org id or slug. @throws AppError `not_found`, for an unknown organization and another's alike */
  abstract get(userId: string, org: string): Promise<Membership>;
  abstract forgetMember(orgId: string, userId: string): void;
  abstract forgetOrganization(orgId: string): void;
  abstract forgetAll(): void;
}

/** Who somebody is, remembered for moments. */
export abstract class Users {
  /** @throws AppError `not_found` */
  abstract get(userId: string): Promise<UserView>;
}

/** What evaluators say of the versions they hold. */
export abstract class EvaluatorReceipts {
  /** @throws AppError `store_unavailable` when nobody knows */
  abstract read(orgId: string): Promise<Receipts>;
}

export type OnEvents = (rows: readonly EventRow[]) => void;

/**
 * Events on their way into the store, as capture publishes them: a pack that is sent twice is heard twice, and while the bus is away
 * nothing is.
 */
export abstract class EventFeed {
  abstract get isConnected(): boolean;
  /** Resolves once it listens, with how to end that. @throws AppError `bus_unavailable` */
  abstract listen(orgId: string, onEvents: OnEvents): Promise<() => void>;
}
