import type { FactDraft, Origin } from '#libs/contracts';
import { killSwitchDocument } from '../domain/documents.js';
import type { KillSwitch } from '../domain/kill-switch.js';
import type { Change } from './ports.js';
import { killSwitchView } from './views.js';

interface KillSwitchFact {
  of(origin: Origin, data: { kill_switch_key: string; linked_flag_keys: string[]; version: number }): FactDraft;
}

interface Recorded {
  readonly before?: KillSwitch;
  readonly after?: KillSwitch;
  readonly event: string;
  readonly action: string;
  readonly fact: KillSwitchFact;
  readonly reason?: string;
}

/** Delta, fact and audit entry of a kill switch that was written; without `after` it is gone. */
export function recordKillSwitch(tx: Change, origin: Origin, recorded: Recorded): void {
  const { before, after, event, action, fact, reason } = recorded;
  const { id, key, linkedFlagKeys } = (after ?? before)!;
  if (after === undefined) tx.ruleset.remove(`kill_switch:${key}`);
  else tx.ruleset.put(killSwitchDocument(after));
  const linked_flag_keys = [...linkedFlagKeys];
  tx.facts.add((version) => fact.of(origin, { kill_switch_key: key, linked_flag_keys, version }));
  tx.audit({
    event,
    action,
    resourceType: 'kill_switch',
    resourceId: id,
    resourceKey: key,
    before: before && killSwitchView(before),
    after: after && killSwitchView(after),
    reason,
  });
}
