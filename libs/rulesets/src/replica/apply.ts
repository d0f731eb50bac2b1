import {
  parseEpoch,
  refOf,
  type DocumentChange,
  type DocumentRef,
  type RulesetDocument,
  type RulesetSnapshot,
  type Scope,
  type ScopeVersion,
} from '#libs/contracts';

/** One scope as it is held. Only `applyDelta` and `replaceAll` change it, between two requests. */
export interface ScopeState {
  readonly scope: Scope;
  epoch: string;
  version: number;
  readonly documents: Map<DocumentRef, RulesetDocument>;
}
interface AppliedChange extends DocumentChange {
  readonly before: RulesetDocument | null;
}
/** The scope is now at `version`, and these documents differ from before. */
export interface RulesetUpdate extends ScopeVersion {
  readonly changes: readonly AppliedChange[];
}
export interface Delta extends ScopeVersion {
  readonly changes: readonly DocumentChange[];
}

export function emptyScope(scope: Scope): ScopeState {
  return { scope, epoch: '', version: 0, documents: new Map() };
}

/** Compares an offered version with the one held: `older` is ignored, `next` can be applied, `gap` needs a snapshot. */
export function compareVersions(have: ScopeVersion, offered: ScopeVersion): 'older' | 'next' | 'gap' {
  if (offered.epoch !== have.epoch) return isLaterEpoch(offered.epoch, have.epoch) ? 'gap' : 'older';
  if (offered.version <= have.version) return 'older';
  return offered.version === have.version + 1 ? 'next' : 'gap';
}

function isLaterEpoch(offered: string, have: string): boolean {
  return have === '' || parseEpoch(offered) > parseEpoch(have);
}

/** Applies a delta that is the next one. */
export function applyDelta(state: ScopeState, delta: Delta): RulesetUpdate {
  const changes = delta.changes.map((change) => put(state, change));
  return moved(state, delta, changes);
}

/** Replaces the documents held by those of a snapshot. The update lists only documents that differ. */
export function replaceAll(state: ScopeState, snapshot: RulesetSnapshot): RulesetUpdate {
  const fresh = new Map(snapshot.documents.map((document) => [refOf(document), document]));
  const gone = [...state.documents.keys()].filter((ref) => !fresh.has(ref));
  const changed = [...fresh].filter(([ref, document]) => !same(state.documents.get(ref), document));
  const changes = [
    ...gone.map((ref) => put(state, { ref, document: null })),
    ...changed.map(([ref, document]) => put(state, { ref, document })),
  ];
  return moved(state, snapshot, changes);
}

function put(state: ScopeState, { ref, document }: DocumentChange): AppliedChange {
  const before = state.documents.get(ref) ?? null;
  if (document === null) state.documents.delete(ref);
  else state.documents.set(ref, document);
  return { ref, document, before };
}

function moved(state: ScopeState, to: ScopeVersion, changes: readonly AppliedChange[]): RulesetUpdate {
  state.epoch = to.epoch;
  state.version = to.version;
  return { scope: state.scope, epoch: to.epoch, version: to.version, changes };
}

/** One writer orders the keys of all documents, so equal documents have equal text. A false difference costs one event. */
function same(left: RulesetDocument | undefined, right: RulesetDocument): boolean {
  return left !== undefined && JSON.stringify(left) === JSON.stringify(right);
}
