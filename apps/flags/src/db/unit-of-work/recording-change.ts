import { refOf, RulesetChangedV1, type AuditDraft, type DocumentChange, type DocumentRef, type FactDraft, type Origin, type RulesetDocument } from '#libs/contracts'; // prettier-ignore
import { auditFact } from '#libs/facts';
import type { Transaction } from '#libs/postgres';
import type { Change, HistoryEntry } from '../../application/ports/unit-of-work.js';
import type { Stores } from '../../application/ports/stores.js';
import { checkDocumentSize } from '../../domain/documents.js';
import type { FlagVersion } from '../../domain/flags/history.js';
import type { ScheduledStep } from '../../domain/targeting/scheduled-steps.js';
import type { Counters } from './counter.js';
import { addHistory, findVersion } from './flag-versions.js';
import { PostgresItemKeys } from '../item-key.store.js';
import { rememberSteps, takeSteps } from '../schedule.store.js';
import { storesOf } from './stores.js';

/** Collects the documents, facts, history and audit entry of a change, and writes them when its work is done. */
export class RecordingChange implements Change {
  readonly flags: Stores['flags'];
  readonly configs: Stores['configs'];
  readonly environments: Stores['environments'];
  readonly killSwitches: Stores['killSwitches'];
  readonly strategies: Stores['strategies'];
  readonly segments: Stores['segments'];
  readonly targeting: Stores['targeting'];
  readonly itemKeys: PostgresItemKeys;
  readonly #changes = new Map<DocumentRef, DocumentChange>();
  readonly #facts: ((version: number) => FactDraft)[] = [];
  readonly #history: HistoryEntry[] = [];
  #audit: AuditDraft | undefined;

  constructor(
    private readonly tx: Transaction,
    private readonly origin: Origin,
    readonly now: Date,
  ) {
    const stores = storesOf(tx);
    this.flags = stores.flags;
    this.configs = stores.configs;
    this.environments = stores.environments;
    this.killSwitches = stores.killSwitches;
    this.strategies = stores.strategies;
    this.segments = stores.segments;
    this.targeting = stores.targeting;
    this.itemKeys = new PostgresItemKeys(tx, origin.actor, now);
  }

  get scope(): string {
    return this.tx.scope;
  }

  get changedNothing(): boolean {
    return this.#changes.size === 0;
  }

  readonly ruleset = {
    put: (document: RulesetDocument): void => {
      checkDocumentSize(document);
      this.#changes.set(refOf(document), { ref: refOf(document), document });
    },
    remove: (ref: DocumentRef): void => {
      this.#changes.set(ref, { ref, document: null });
    },
  };

  readonly facts = {
    add: (fact: (version: number) => FactDraft): void => {
      this.#facts.push(fact);
    },
  };

  readonly history = {
    add: (entry: HistoryEntry): void => {
      this.#history.push(entry);
    },
    find: (flagId: string, seq: number): Promise<FlagVersion | undefined> => findVersion(this.tx, flagId, seq),
  };

  takeSteps(ref: DocumentRef): Promise<readonly ScheduledStep[]> {
    return takeSteps(this.tx, ref, this.now);
  }

  audit(entry: AuditDraft): void {
    if (this.#audit !== undefined) throw new Error('A change has at most one audit entry');
    this.#audit = entry;
  }

  /** The delta first: a reader of the stream then has the new version before the facts that describe it. */
  async write({ epoch, version }: Counters): Promise<void> {
    const { outbox } = this.tx;
    const delta = RulesetChangedV1.of(this.origin, { epoch, version, changes: [...this.#changes.values()] });
    const audit = this.#audit === undefined ? [] : [auditFact(this.origin, this.#audit)];
    const documents = [...this.#changes.values()].flatMap(({ document }) => (document === null ? [] : [document]));
    const written = { version, origin: this.origin, at: this.now };
    await Promise.all([
      outbox.addAll([delta, ...this.#facts.map((fact) => fact(version)), ...audit]),
      rememberSteps(this.tx, documents, this.now),
      ...this.#history.map((entry) => addHistory(this.tx, entry, written)),
    ]);
  }
}
