import type { DocumentRef, RulesetDocument } from '#libs/contracts';
import { sameJson } from '#libs/kernel';
import type { Owner, Update, View } from './documents.js';
import { flagState, type Environment, type VersionedFlagState } from './flag-state.js';
import { killSwitchState, type KillSwitchState } from './kill-switch-state.js';
import { flagsUsing } from './references.js';

export interface StreamEvent {
  readonly event: string;
  readonly data: object;
  /** References of the changed documents that the event describes. Default: none. */
  readonly refs?: readonly DocumentRef[];
}
/** The states of the documents that an update changes, by reference. */
export type States = ReadonlyMap<DocumentRef, VersionedFlagState | KillSwitchState | undefined>;

/** The states in a view before the update. */
export function statesOf({ changes }: Update, view: View, environment: Environment): States {
  return new Map(changes.map(({ ref }) => [ref, stateOf(ref, view, environment)]));
}

function stateOf(
  ref: DocumentRef,
  view: View,
  environment: Environment,
): VersionedFlagState | KillSwitchState | undefined {
  const { kind, name } = partsOf(ref);
  if (kind === 'flag') return flagState(name, view, environment);
  return kind === 'kill_switch' ? killSwitchState(name, view) : undefined;
}

function partsOf(ref: DocumentRef): { readonly kind: string; readonly name: string } {
  const colon = ref.indexOf(':');
  return { kind: ref.slice(0, colon), name: ref.slice(colon + 1) };
}

/** The events of an update in an environment, from the states before and after it; none when the environment is not affected. */
export function eventsOf(
  update: Update,
  before: States,
  after: View,
  environment: Environment,
): readonly StreamEvent[] {
  const events: (StreamEvent | undefined)[] = [];
  const shared: DocumentRef[] = [];
  for (const { ref, document, before: old } of update.changes) {
    const { kind, name } = partsOf(ref);
    const was = before.get(ref);
    if (kind === 'flag') events.push(flagEvent(ref, was as VersionedFlagState, flagState(name, after, environment)));
    else if (kind === 'kill_switch')
      events.push(...killSwitchEvents(ref, was as KillSwitchState, killSwitchState(name, after)));
    else if ((kind === 'segment' || kind === 'strategy') && !evaluatesAlike(old, document)) shared.push(ref);
  }
  if (shared.length > 0) events.push(sharedEvent({ owner: update.owner, refs: shared }, after, environment));
  return events.filter((event) => event !== undefined);
}

function flagEvent(
  ref: DocumentRef,
  before: VersionedFlagState | undefined,
  after: VersionedFlagState | undefined,
): StreamEvent | undefined {
  const refs = [ref];
  if (after === undefined)
    return before === undefined ? undefined : { event: 'flag.deleted', data: before.state, refs };
  if (before === undefined) return { event: 'flag.created', data: after.state, refs };
  if (before.revision === after.revision) return undefined;
  if (before.state.archived !== after.state.archived) {
    return { event: after.state.archived ? 'flag.archived' : 'flag.restored', data: after.state, refs };
  }
  return { event: 'flag.updated', data: after.state, refs };
}

/**
 * Edits of an inactive kill switch cause no event. When the linked flags of an active one change, `killswitch.activated` has the
 * new ones, and `ruleset.updated` names the flags that it released.
 */
function killSwitchEvents(
  ref: DocumentRef,
  before: KillSwitchState | undefined,
  after: KillSwitchState | undefined,
): readonly StreamEvent[] {
  if (after === undefined) {
    return before === undefined ? [] : [{ event: 'killswitch.deactivated', data: before, refs: [ref] }];
  }
  const [was, is] = [before?.linked_flag_keys ?? [], after.linked_flag_keys];
  const flag_keys = was.filter((key) => !is.includes(key));
  if (before !== undefined && flag_keys.length === 0 && was.length === is.length) return [];
  const activated = { event: 'killswitch.activated', data: after, refs: [ref] };
  return flag_keys.length === 0 ? [activated] : [activated, { event: 'ruleset.updated', data: { flag_keys } }];
}

/** Whether an edit of a segment or strategy leaves every answer as it was: one of its name or description does. */
function evaluatesAlike(before: RulesetDocument | null, after: RulesetDocument | null): boolean {
  return before !== null && after !== null && sameJson(content(before), content(after));
}

function content(document: RulesetDocument): object {
  return { ...document, version: undefined, name: undefined };
}

function sharedEvent(
  changed: { readonly owner: Owner; readonly refs: readonly DocumentRef[] },
  view: View,
  environment: Environment,
): StreamEvent | undefined {
  const flag_keys = flagsUsing(changed, view, environment);
  return flag_keys.length === 0 ? undefined : { event: 'ruleset.updated', data: { flag_keys }, refs: changed.refs };
}
