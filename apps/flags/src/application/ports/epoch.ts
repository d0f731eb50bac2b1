import type { ScopeVersion } from '#libs/contracts';

/** Why an epoch began: by hand; the server or its tables are other ones; a version is held elsewhere that the database lacks. */
export type EpochReason = 'restored' | 'database_moved' | 'commits_lost';

export interface NewEpoch {
  readonly reason: EpochReason;
  readonly previous: string;
  readonly epoch: string;
  /** Versions that are held elsewhere and are not in the database. */
  readonly lost: readonly ScopeVersion[];
}

/**
 * The epoch of the database: its lifetime. When several processes find that a new one is due, it begins once. No write runs
 * while it begins, so that no version of one epoch is published in another. All return the epoch that is in force afterwards.
 */
export interface EpochStore {
  /** Begins a new epoch if this is not the database that the epoch began in: restored, promoted, moved. */
  renewIfMoved(): Promise<string>;
  /** Begins a new epoch if the database lacks versions that are held elsewhere. */
  renewIfBehind(held: readonly ScopeVersion[]): Promise<string>;
  renew(): Promise<string>;
}

export interface EpochAlarm {
  raise(begun: NewEpoch): void;
}
