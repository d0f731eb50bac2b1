import type { Membership, UserView } from '#libs/contracts';
import type { Receipts } from '../domain/propagation.js';

export interface TokenClaims {
  readonly userId: string;
  readonly scope?: string;
  readonly sessionId?: string;
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
