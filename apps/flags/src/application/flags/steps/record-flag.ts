import type { FactDraft } from '#libs/contracts';
import { flagDocument } from '../../../domain/documents.js';
import type { Flag } from '../../../domain/flags/flag.js';
import type { FlagConfig } from '../../../domain/flags/flag-config.js';
import type { Change, HistoryEntry } from '../../ports/unit-of-work.js';
import { flagView } from '../../views.js';

interface RecordedFlag {
  readonly flag: Flag;
  /** Default: the stored ones. */
  readonly configs?: readonly FlagConfig[];
  readonly fact: (version: number) => FactDraft;
  readonly note?: string;
  readonly cause?: HistoryEntry['cause'];
}

/** Queues the delta, the fact and the line of history of a flag that was written. The audit entry is the use case's. */
export async function recordFlag(tx: Change, { flag, configs, fact, note, cause }: RecordedFlag): Promise<void> {
  tx.ruleset.put(flagDocument(flag, configs ?? (await tx.configs.ofFlag(flag.id))));
  tx.facts.add(fact);
  tx.history.add({ flagId: flag.id, version: flag.version, snapshot: flagView(flag), note, cause });
}
