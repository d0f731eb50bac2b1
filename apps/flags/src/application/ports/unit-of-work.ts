import type {
  AuditDraft,
  DocumentRef,
  Fact,
  FactDraft,
  FlagDraft,
  Origin,
  RulesetDocument,
  Scope,
  Written,
} from '#libs/contracts';
import type { Flag } from '../../domain/flags/flag.js';
import type { FlagVersion } from '../../domain/flags/history.js';
import type { ScheduledStep } from '../../domain/targeting/scheduled-steps.js';
import type { Stores } from './stores.js';

/** A line of a flag's history: the state of the flag, or of its config in one environment, after a change. */
export interface HistoryEntry {
  readonly flagId: string;
  /** Absent for the flag itself. */
  readonly environment?: string;
  readonly version: number;
  readonly snapshot: unknown;
  readonly note?: string;
  /** Default: by the author, a person or an API key. */
  readonly cause?: 'rollback' | 'schedule';
}

/** An item of an earlier bulk command, by its idempotency key. */
export interface ReplayedItem {
  readonly itemKey: string;
  readonly draft: unknown;
}
/** The idempotency keys of the caller's items. They expire after 24 hours. */
export interface ItemKeys {
  /** Those of these keys that belong to a flag that still exists. */
  replayed(keys: readonly string[]): Promise<readonly ReplayedItem[]>;
  remember(key: string, draft: FlagDraft, flag: Flag): Promise<void>;
}

/** What is in reach while a ruleset is changed. The scope is locked: what was read stays true until the commit. */
export interface Change extends Stores {
  readonly scope: Scope;
  readonly now: Date;
  readonly itemKeys: ItemKeys;
  readonly ruleset: { put(document: RulesetDocument): void; remove(ref: DocumentRef): void };
  /** `fact` gets the ruleset's version after the change. */
  readonly facts: { add(fact: (version: number) => FactDraft): void };
  readonly history: {
    add(entry: HistoryEntry): void;
    find(flagId: string, seq: number): Promise<FlagVersion | undefined>;
  };
  /** Removes the steps of a document's schedules that have begun, and returns them. Undone with a change that leaves nothing behind. */
  takeSteps(ref: DocumentRef): Promise<readonly ScheduledStep[]>;
  /** At most once per change. */
  audit(entry: AuditDraft): void;
}

export interface ChangeOptions {
  /** The work reads platform objects, which must not change meanwhile. */
  readonly refersToPlatform?: boolean;
}

/**
 * The one way to change a ruleset. One transaction = one version = one delta: it locks the scope, runs the work and queues
 * `ruleset.changed` first, then the other facts with the same version, then the audit entry. Work that puts and removes no
 * document leaves nothing behind, not even a version.
 */
export interface UnitOfWork {
  /** @throws AppError `already_exists` for a key that another object has */
  change<T>(origin: Origin, work: (tx: Change) => Promise<T>, options?: ChangeOptions): Promise<Written<T>>;
  /** A change caused by a fact, in the transaction that remembers the fact: a second delivery does nothing. */
  changeOnce(fact: Fact, origin: Origin, work: (tx: Change) => Promise<void>): Promise<void>;
  /** One snapshot of a scope, without locks. */
  read<T>(scope: Scope, work: (stores: Stores) => Promise<T>): Promise<T>;
}
