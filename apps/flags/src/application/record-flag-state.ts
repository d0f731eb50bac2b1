import type { FactDraft } from '#libs/contracts';
import { flagDocument } from '../domain/documents.js';
import type { Flag } from '../domain/flag.js';
import type { Change } from './ports.js';
import { flagView } from './views.js';

interface Recorded {
  readonly event: string;
  readonly action: string;
  fact(version: number): FactDraft;
}

/** Writes a flag that was archived or restored, with everything that follows from it. */
export async function recordFlagState(tx: Change, before: Flag, after: Flag, recorded: Recorded): Promise<void> {
  await tx.flags.save(after);
  tx.ruleset.put(flagDocument(after, await tx.configs.ofFlag(after.id)));
  tx.facts.add((version) => recorded.fact(version));
  tx.history.add({ flagId: after.id, version: after.version, snapshot: flagView(after) });
  tx.audit({
    event: recorded.event,
    action: recorded.action,
    resourceType: 'flag',
    resourceId: after.id,
    resourceKey: after.key,
    before: flagView(before),
    after: flagView(after),
  });
}
