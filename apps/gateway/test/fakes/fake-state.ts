import type { FlagView, KeyRecord, Membership } from '#libs/contracts';
import type { generateRs256Key } from '#libs/crypto';

export type SigningKey = Awaited<ReturnType<typeof generateRs256Key>>;

/** What the fake services hold. */
export interface FakeState {
  /** By user id. */
  readonly memberships: Map<string, Membership>;
  /** By look-up id. */
  readonly keys: Map<string, KeyRecord>;
  readonly flags: Map<string, FlagView>;
  /** Verifies the access tokens. */
  readonly publicJwk: SigningKey['publicJwk'];
}
