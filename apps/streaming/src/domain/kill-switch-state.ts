import type { KillSwitchDocument } from '#libs/contracts';
import type { View } from './documents.js';

export interface KillSwitchState {
  readonly kill_switch_key: string;
  readonly linked_flag_keys: readonly string[];
}

/** The state of a kill switch; the platform's and the organization's of one key count as one. `undefined` while both are inactive. */
export function killSwitchState(key: string, { platform, organization }: View): KillSwitchState | undefined {
  const active = [platform, organization]
    .map((documents) => documents.get(`kill_switch:${key}`) as KillSwitchDocument | undefined)
    .filter((document) => document?.is_active === true);
  if (active.length === 0) return undefined;
  const linked = new Set(active.flatMap((document) => document?.linked_flag_keys ?? []));
  return { kill_switch_key: key, linked_flag_keys: [...linked] };
}

/** The states of all active kill switches. */
export function killSwitchStates(view: View): readonly KillSwitchState[] {
  const keys = new Set<string>();
  for (const documents of [view.platform, view.organization]) {
    for (const document of documents.values()) if (document.kind === 'kill_switch') keys.add(document.key);
  }
  return [...keys].map((key) => killSwitchState(key, view)).filter((state) => state !== undefined);
}
