import { Layer, type Update, type View } from './documents.js';
import type { Environment } from './flag-state.js';
import { eventsOf, statesOf, type StreamEvent } from './stream-events.js';

/** The events of one update. */
export interface Replayed<U extends Update> {
  readonly update: U;
  readonly events: readonly StreamEvent[];
}

/** Upper bound of documents to scan for the flags behind segments; beyond it the full state is cheaper. */
const MAX_SCANNED = 500_000;

/**
 * The events of the updates that led to `now`, computed from the state before the first of them.
 * `undefined` when the updates do not lead to `now`, or when the computation is too expensive.
 */
export function replay<U extends Update>(
  now: View,
  updates: readonly U[],
  environment: Environment,
): readonly Replayed<U>[] | undefined {
  const view = { platform: new Layer(now.platform), organization: new Layer(now.organization) };
  if (!isAffordable(now, updates) || !undo(view, updates)) return undefined;
  return updates.map((update) => {
    const before = statesOf(update, view, environment);
    for (const { ref, document } of update.changes) view[update.owner].put(ref, document);
    return { update, events: eventsOf(update, before, view, environment) };
  });
}

/** Reverts the updates from the last to the first. Returns false when a document differs from the one that the update left. */
function undo(view: Readonly<Record<Update['owner'], Layer>>, updates: readonly Update[]): boolean {
  return updates.toReversed().every(({ owner, changes }) =>
    changes.toReversed().every(({ ref, document, before }) => {
      const left = view[owner].get(ref) ?? null;
      view[owner].put(ref, before);
      return left === document || JSON.stringify(left) === JSON.stringify(document);
    }),
  );
}

function isAffordable({ platform, organization }: View, updates: readonly Update[]): boolean {
  const shared = updates.filter(({ changes }) => changes.some(({ ref }) => /^(?:segment|strategy):/.test(ref))).length;
  if (shared === 0) return true;
  return shared * ([...platform.values()].length + [...organization.values()].length) <= MAX_SCANNED;
}
