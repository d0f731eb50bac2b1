import type { DocumentRef, Fact, Scope } from '#libs/contracts';
import type { Environment } from '../../src/domain/environment.js';
import type { Flag } from '../../src/domain/flags/flag.js';
import type { FlagConfig } from '../../src/domain/flags/flag-config.js';
import type { KillSwitch } from '../../src/domain/kill-switches/kill-switch.js';
import type { Segment } from '../../src/domain/targeting/segment.js';
import type { Strategy } from '../../src/domain/targeting/strategy.js';
import type { HistoryEntry, ReplayedItem } from '../../src/application/ports/unit-of-work.js';

interface StoredHistory extends HistoryEntry {
  readonly seq: number;
}
interface StoredItemKey extends ReplayedItem {
  readonly scope: Scope;
  readonly caller: string;
  readonly flagId: string;
  readonly at: Date;
}
interface StoredStep {
  readonly scope: Scope;
  readonly ref: DocumentRef;
  readonly environment?: string;
  readonly at: Date;
}
export type SoftDeleted<T> = T & { readonly deletedAt?: Date };

/** Everything that Postgres would hold. The objects are immutable, so a copy of the lists is a snapshot. */
export interface State {
  flags: readonly Flag[];
  configs: readonly (FlagConfig & { readonly scope: Scope })[];
  environments: readonly Environment[];
  killSwitches: readonly SoftDeleted<KillSwitch>[];
  strategies: readonly SoftDeleted<Strategy>[];
  segments: readonly SoftDeleted<Segment>[];
  history: readonly StoredHistory[];
  itemKeys: readonly StoredItemKey[];
  steps: readonly StoredStep[];
  versions: Readonly<Record<Scope, number>>;
  /** The ids of facts that were handled. */
  inbox: readonly string[];
  outbox: readonly Fact[];
}

export const emptyState = (): State => ({
  flags: [],
  configs: [],
  environments: [],
  killSwitches: [],
  strategies: [],
  segments: [],
  history: [],
  itemKeys: [],
  steps: [],
  versions: {},
  inbox: [],
  outbox: [],
});

/** Which rows a transaction reads and writes. */
export interface View {
  readonly state: State;
  readonly scope: Scope;
  /** Whether the rows of another scope are visible. The rows of the own scope and of the platform always are. */
  readonly seesAll: boolean;
}
