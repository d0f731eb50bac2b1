import { Layer, type Update, type View } from './documents.js';
import type { Environment } from './flag-state.js';
import { eventsOf, standingOf, type StreamEvent } from './stream-events.js';

/** What one update meant. */
export interface Replayed<U extends Update> {
  readonly update: U;
  readonly events: readonly StreamEvent[];
}

/** To find the flags behind a segment, all documents are looked at; beyond this, telling everything anew is cheaper. */
const MAX_LOOKED_AT = 500_000;

/**
 * What updates that led to `now` meant, one after the other, from how things stood before the first of them.
 * `undefined` when they cannot have led there, or telling them is too much.
 */
export function replay<U extends Update>(
  now: View,
  updates: readonly U[],
  environment: Environment,
): readonly Replayed<U>[] | undefined {
  const view = { platform: new Layer(now.platform), organization: new Layer(now.organization) };
  if (!isAffordable(now, updates) || !undo(view, updates)) return undefined;
  return updates.map((update) => {
    const before = standingOf(update, view, environment);
    for (const { ref, document } of update.changes) view[update.owner].put(ref, document);
    return { update, events: eventsOf(update, before, view, environment) };
  });
}

/** From the last to the first; each must find what it left behind. */
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
  return shared * ([...platform.values()].length + [...organization.values()].length) <= MAX_LOOKED_AT;
}
