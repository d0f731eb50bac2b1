import { narrowed, type RulesetDocument } from '#libs/contracts';
import type { Change, Owner, Update } from './documents.js';
import type { Environment } from './flag-state.js';
import type { StreamEvent } from './stream-events.js';

/** A changed document for SDKs that evaluate locally; `null`: removed. */
interface DocumentOf {
  readonly scope: Owner;
  readonly ref: string;
  readonly document: RulesetDocument | null;
}

/**
 * The events of an update with the documents behind them. Changes without an event of their own, such as an edit of an inactive
 * kill switch, come in `ruleset.updated`: a client that applies all changes to `init` has the ruleset of the version.
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
  const sent = events.map((event) => ({ ...event, data: { ...event.data, changes: takeChanges(left, event) } }));
  if (left.size === 0) return sent;
  return [...sent, { event: 'ruleset.updated', data: { flag_keys: [], changes: [...left.values()] } }];
}

function takeChanges(left: Map<string, DocumentOf>, { refs = [] }: StreamEvent): readonly DocumentOf[] {
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
