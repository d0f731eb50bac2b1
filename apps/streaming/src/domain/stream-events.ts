import type { KillSwitchDocument, RulesetDocument } from '#libs/contracts';
import type { VersionedFlagState } from './flag-state.js';

export interface StreamEvent {
  readonly event: string;
  readonly data: object;
}

/** What to say about a flag that stood at `before` and stands at `after` in one environment; nothing when it does not differ. */
export function flagEvent(
  before: VersionedFlagState | undefined,
  after: VersionedFlagState | undefined,
): StreamEvent | undefined {
  if (after === undefined) return before === undefined ? undefined : { event: 'flag.deleted', data: before.state };
  if (before === undefined) return { event: 'flag.created', data: after.state };
  if (before.revision === after.revision) return undefined;
  if (before.state.archived !== after.state.archived) {
    return { event: after.state.archived ? 'flag.archived' : 'flag.restored', data: after.state };
  }
  return { event: 'flag.updated', data: after.state };
}

/** A switch that was or is active concerns every reader; edits of one at rest concern none. */
export function killSwitchEvent(
  before: KillSwitchDocument | null,
  after: KillSwitchDocument | null,
): StreamEvent | undefined {
  if (after?.is_active === true) return { event: 'killswitch.activated', data: killSwitchData(after) };
  if (before?.is_active === true) return { event: 'killswitch.deactivated', data: killSwitchData(after ?? before) };
  return undefined;
}

export function killSwitchData({ key, linked_flag_keys }: KillSwitchDocument) {
  return { kill_switch_key: key, linked_flag_keys };
}

export function activeKillSwitches(documents: Iterable<RulesetDocument>): readonly ReturnType<typeof killSwitchData>[] {
  return [...documents]
    .filter((document) => document.kind === 'kill_switch' && document.is_active)
    .map((document) => killSwitchData(document as KillSwitchDocument));
}
