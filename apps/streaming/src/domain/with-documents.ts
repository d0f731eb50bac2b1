import { narrowed, type RulesetDocument } from '#libs/contracts';
import type { Change, Owner, Update } from './documents.js';
import type { Environment } from './flag-state.js';
import type { StreamEvent } from './stream-events.js';

/** A changed document as SDKs that evaluate locally take it over; `null` is a tombstone. */
interface DocumentOf {
  readonly scope: Owner;
  readonly ref: string;
  readonly document: RulesetDocument | null;
}

/**
 * The events of an update with the documents they tell of. What no event tells, such as an edit of a switch at rest, comes with
 * `ruleset.updated`: whoever puts all of them into what `init` held has the ruleset of the version.
 */
export function withDocuments(
  events: readonly StreamEvent[],
  { owner, changes }: Update,
  environment: Environment,
): readonly StreamEvent[] {
  const left = new Map<string, DocumentOf>();
  for (const change of changes) {
    const document = inEnvironment(change.document, owner, environment);
    if (isOther(change, document, owner, environment))
      left.set(change.ref, { scope: owner, ref: change.ref, document });
  }
  const told = events.map((event) => ({ ...event, data: { ...event.data, changes: taken(left, event) } }));
  if (left.size === 0) return told;
  return [...told, { event: 'ruleset.updated', data: { flag_keys: [], changes: [...left.values()] } }];
}

function taken(left: Map<string, DocumentOf>, { refs = [] }: StreamEvent): readonly DocumentOf[] {
  return refs.flatMap((ref) => {
    const found = left.get(ref);
    left.delete(ref);
    return found === undefined ? [] : [found];
  });
}

function isOther(change: Change, document: RulesetDocument | null, owner: Owner, environment: Environment): boolean {
  return JSON.stringify(inEnvironment(change.before, owner, environment)) !== JSON.stringify(document);
}

function inEnvironment(
  document: RulesetDocument | null,
  owner: Owner,
  environment: Environment,
): RulesetDocument | null {
  return document === null ? null : narrowed(document, owner, environment);
}
