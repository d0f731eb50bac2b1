import type { KillSwitch } from '../../domain/kill-switches/kill-switch.js';

/** The data that all facts about kill switches have in common, without the version. */
export function killSwitchFactData({ key, linkedFlagKeys }: KillSwitch) {
  return { kill_switch_key: key, linked_flag_keys: [...linkedFlagKeys] };
}
