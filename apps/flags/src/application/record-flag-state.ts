import type { FactDraft } from '#libs/contracts';
import { flagDocument } from '../domain/documents.js';
import type { Flag } from '../domain/flag.js';
import type { Change } from './ports.js';
import { flagView } from './views.js';

/** Tells of a flag that was archived or restored; the audit entry is the use case's. */
export async function recordFlagState(tx: Change, after: Flag, fact: (version: number) => FactDraft): Promise<void> {
  tx.ruleset.put(flagDocument(after, await tx.configs.ofFlag(after.id)));
  tx.facts.add(fact);
  tx.history.add({ flagId: after.id, version: after.version, snapshot: flagView(after) });
}
