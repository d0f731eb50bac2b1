import type { Clock, Ids } from '#libs/kernel';
import type { KeyRecords, KeyUses, RevokedKeys } from '../api-keys/ports.js';
import type { EndedSessions } from '../sessions/ports.js';
import type { AccountsPolicy } from './policy.js';
import type { Entropy, FailureLimit, Hasher, Networks, TokenSigner } from './secrets.js';
import type { UnitOfWork } from './unit-of-work.js';

/** The adapters that the use cases of accounts work with. */
export interface AccountsPorts {
  readonly uow: UnitOfWork;
  /** For passwords. */
  readonly hasher: Hasher;
  /** For API keys, in a lane of its own. */
  readonly keyHasher: Hasher;
  readonly entropy: Entropy;
  readonly failures: FailureLimit;
  /** Tokens of links that were not found. */
  readonly linkFailures: FailureLimit;
  readonly networks: Networks;
  /** Called when an audit entry of failed sign-ins was not stored; it is counted in the next one. */
  readonly onLateAudit: (error: unknown) => void;
  readonly signer: TokenSigner;
  readonly keyRecords: KeyRecords;
  readonly revokedKeys: RevokedKeys;
  readonly endedSessions: EndedSessions;
  readonly keyUses: KeyUses;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly policy: AccountsPolicy;
}
