import { AppError, invalid, sameJson, refuseUnknownFields } from '#libs/kernel';
import type { KillSwitchDraft, KillSwitchPatch, Scope } from '#libs/contracts';
import { optionalString, readNames } from '../details.js';
import { sameSet } from '../same-set.js';
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

/** Returns the same object when nothing changes. The linked keys are a set: another order is no change. */
export function editKillSwitch(killSwitch: KillSwitch, patch: KillSwitchPatch, at: Date): KillSwitch {
  refuseUnknownFields(patch, new Set<string>(['name', 'description', 'linked_flag_keys']));
  const { name, description, linkedFlagKeys } = killSwitch;
  const linked = patch.linked_flag_keys === undefined ? linkedFlagKeys : checkLinkedKeys(patch.linked_flag_keys);
  const edited = {
    ...killSwitch,
    ...readNames({ name, description, ...patch }),
    linkedFlagKeys: sameSet(linked, linkedFlagKeys) ? linkedFlagKeys : linked,
  };
  return sameJson(edited, killSwitch) ? killSwitch : next(edited, at);
}

/** Whether the edit releases or stops flags at once: only the links of an active kill switch do. */
export function movesFlags(before: KillSwitch, after: KillSwitch): boolean {
  return before.activation !== undefined && !sameSet(before.linkedFlagKeys, after.linkedFlagKeys);
}

/** @throws AppError `forbidden` for an edit that moves flags by a caller that may not activate kill switches */
export function refuseMovingFlags({ key }: KillSwitch, mayActivate: boolean): void {
  if (mayActivate) return;
  const message = `${key} is active: changing its flags requires the permission killswitch:activate`;
  throw new AppError('forbidden', message);
}

/** Deleting an active kill switch would release its flags without the permission and the audit entry of a deactivation. */
export function refuseActive({ key, activation }: KillSwitch): void {
  if (activation === undefined) return;
  throw new AppError('kill_switch_active', `The kill switch ${key} is active; deactivate it before you delete it`);
}

/** Activating an active kill switch replaces reason, user and time. @throws AppError `reason_required` */
export function activate(killSwitch: KillSwitch, reason: unknown, by: string, at: Date): ActiveKillSwitch {
  return { ...next(killSwitch, at), activation: { reason: requiredReason(reason), by, at } };
}

/** @throws AppError `reason_required`, `too_long` */
export function requiredReason(reason: unknown): string {
  const text = typeof reason === 'string' ? optionalReason(reason) : undefined;
  if (text !== undefined) return text;
  throw invalid('reason_required', 'reason', 'a reason is required, and the audit log keeps it');
}

/** `undefined` for one that is blank. @throws AppError `invalid_type`, `too_long` */
export function optionalReason(reason: unknown): string | undefined {
  const text = optionalString('reason', reason ?? undefined)?.trim();
  if (text === undefined || text === '') return undefined;
  if (text.length > MAX_REASON) throw invalid('too_long', 'reason', `at most ${MAX_REASON} characters`);
  return text;
}

/** Clears reason, user and time, which the audit log keeps. Returns the same object when it is not active. */
export function deactivate(killSwitch: KillSwitch, at: Date): KillSwitch {
  return killSwitch.activation === undefined ? killSwitch : next({ ...killSwitch, activation: undefined }, at);
}

function next(killSwitch: KillSwitch, at: Date): KillSwitch {
  return { ...killSwitch, version: killSwitch.version + 1, updatedAt: at };
}
