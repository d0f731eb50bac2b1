import { referencesOf, refOf, type DocumentRef, type FlagDocument, type RulesetDocument } from '#libs/contracts';
import type { Owner, View } from './documents.js';
import { servedFlag, type Environment } from './flag-state.js';

/** A document and the scope that it belongs to: `organization segment:beta`. */
type Node = `${Owner} ${DocumentRef}`;
const SCOPES: readonly Owner[] = ['platform', 'organization'];

/**
 * Keys of the flags whose answers in an environment depend on one of these segments or strategies of a scope, directly or through
 * nested segments. Archived flags, flags that are off, and an organization's flags behind the platform's depend on nothing.
 */
export function flagsUsing(
  { owner, refs }: { readonly owner: Owner; readonly refs: Iterable<DocumentRef> },
  view: View,
  environment: Environment,
): readonly string[] {
  const reached = spread(new Set([...refs].map((ref): Node => `${owner} ${ref}`)), view);
  return [...flagKeys(view)].filter((key) => isReached(key, reached, view, environment)).toSorted();
}

/** Adds the segments and strategies that refer to a member, until no further one does. */
function spread(nodes: Set<Node>, view: View): ReadonlySet<Node> {
  for (let grown = true; grown;) {
    const size = nodes.size;
    for (const [owner, document] of sharedDocuments(view)) {
      if (refersTo(referencesOf(document), owner, nodes, view)) nodes.add(`${owner} ${refOf(document)}`);
    }
    grown = nodes.size > size;
  }
  return nodes;
}

function* sharedDocuments(view: View): Iterable<readonly [Owner, RulesetDocument]> {
  for (const owner of SCOPES) {
    for (const document of view[owner].values()) {
      if (document.kind === 'segment' || document.kind === 'strategy') yield [owner, document];
    }
  }
}

/** Whether one of the references leads to one of the nodes. A platform object hides the organization's of the same name. */
function refersTo(refs: ReadonlySet<DocumentRef>, owner: Owner, nodes: ReadonlySet<Node>, { platform }: View): boolean {
  return [...refs].some((ref) => {
    if (nodes.has(`platform ${ref}`)) return true;
    return owner === 'organization' && platform.get(ref) === undefined && nodes.has(`organization ${ref}`);
  });
}

function isReached(key: string, nodes: ReadonlySet<Node>, view: View, environment: Environment): boolean {
  const served = servedFlag(key, view, environment);
  if (served?.config?.enabled !== true || served.flag.archived) return false;
  return refersTo(referencesOf(served.flag, [served.config]), served.owner, nodes, view);
}

function flagKeys(view: View): ReadonlySet<string> {
  const flags = SCOPES.flatMap((owner) => [...view[owner].values()]).filter(
    (document): document is FlagDocument => document.kind === 'flag',
  );
  return new Set(flags.map(({ key }) => key));
}
