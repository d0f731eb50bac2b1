import { invalid, sameJson, refuseUnknownFields } from '#libs/kernel';
import type { KillSwitchDraft, KillSwitchPatch, Scope } from '#libs/contracts';
import { readNames } from '../details.js';
import type { Birth } from '../flags/flag.js';
import { checkKillSwitchKey, checkLinkedKeys } from '../keys.js';

interface Activation {
  readonly reason: string;
  readonly by: string;
  readonly at: Date;
}

/** While it is active, the linked flags are off in all environments. */
export interface KillSwitch {
  readonly id: string;
  readonly scope: Scope;
  readonly key: string;
  readonly name: string;
  readonly description?: string;
  readonly linkedFlagKeys: readonly string[];
  /** Present while it is active. */
  readonly activation?: Activation;
  readonly version: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export type ActiveKillSwitch = KillSwitch & { readonly activation: Activation };

const MAX_REASON = 2_000;

export function newKillSwitch(draft: KillSwitchDraft, { id, scope, at }: Birth): KillSwitch {
  refuseUnknownFields(draft, new Set<string>(['key', 'name', 'description', 'linked_flag_keys']));
  checkKillSwitchKey(draft.key);
  const linkedFlagKeys = checkLinkedKeys(draft.linked_flag_keys);
  return { id, scope, key: draft.key, ...readNames(draft), linkedFlagKeys, version: 1, createdAt: at, updatedAt: at };
}

/** Returns the same object when nothing changes. */
export function editKillSwitch(killSwitch: KillSwitch, patch: KillSwitchPatch, at: Date): KillSwitch {
  refuseUnknownFields(patch, new Set<string>(['name', 'description', 'linked_flag_keys']));
  const { name, description, linkedFlagKeys } = killSwitch;
  const edited = {
    ...killSwitch,
    ...readNames({ name, description, ...patch }),
    linkedFlagKeys: patch.linked_flag_keys === undefined ? linkedFlagKeys : checkLinkedKeys(patch.linked_flag_keys),
  };
  return sameJson(edited, killSwitch) ? killSwitch : next(edited, at);
}

/** Activating an active kill switch replaces reason, user and time. @throws AppError `reason_required` */
export function activate(killSwitch: KillSwitch, reason: unknown, by: string, at: Date): ActiveKillSwitch {
  const text = typeof reason === 'string' ? reason.trim() : '';
  if (text === '') throw invalid('reason_required', 'reason', 'a reason is required to activate a kill switch');
  if (text.length > MAX_REASON) throw invalid('too_long', 'reason', `at most ${MAX_REASON} characters`);
  return { ...next(killSwitch, at), activation: { reason: text, by, at } };
}

/** Clears reason, user and time, which the audit log keeps. Returns the same object when it is not active. */
export function deactivate(killSwitch: KillSwitch, at: Date): KillSwitch {
  return killSwitch.activation === undefined ? killSwitch : next({ ...killSwitch, activation: undefined }, at);
}

function next(killSwitch: KillSwitch, at: Date): KillSwitch {
  return { ...killSwitch, version: killSwitch.version + 1, updatedAt: at };
}
