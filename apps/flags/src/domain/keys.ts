import { ENVIRONMENT_NAME, FLAG_TYPES, isResourceKey, RESOURCE_KEY_LENGTH, type FlagType } from '#libs/contracts';
import { invalid, type ErrorCode } from '#libs/kernel';

const RULE = `lower case letters, digits and _ in segments joined by dots, each beginning with a letter, ${RESOURCE_KEY_LENGTH.min} to ${RESOURCE_KEY_LENGTH.max} characters`;
/** In a platform flag: the config of all environments without a config under their name. */
export const ANY_ENVIRONMENT = '*';

export function checkFlagKey(key: unknown): asserts key is string {
  checkKey(key, 'invalid_flag_key');
}

export function checkKillSwitchKey(key: unknown): asserts key is string {
  checkKey(key, 'invalid_kill_switch_key');
}

export function checkSegmentKey(key: unknown): asserts key is string {
  checkKey(key, 'invalid_segment_key');
}

/** Flag keys that need not exist. */
export function checkLinkedKeys(keys: unknown): readonly string[] {
  if (!Array.isArray(keys)) throw invalid('invalid_type', 'linked_flag_keys', 'must be a list of flag keys');
  if (keys.length > MAX_LINKED) throw invalid('too_long', 'linked_flag_keys', `at most ${MAX_LINKED} keys`);
  keys.forEach((key: unknown, index) => checkKey(key, 'invalid_flag_key', `linked_flag_keys[${index}]`));
  return [...new Set(keys as string[])];
}
const MAX_LINKED = 1_000;

export function checkType(type: unknown): asserts type is FlagType {
  if (FLAG_TYPES.some((known) => known === type)) return;
  throw invalid('invalid_type', 'type', `must be one of ${FLAG_TYPES.join(', ')}`);
}

/** Checks the key of a platform flag's config: an environment name or `*`. @throws AppError `invalid_environment_name` */
export function checkPlatformEnvironment(name: string): void {
  if (name === ANY_ENVIRONMENT || ENVIRONMENT_NAME.test(name)) return;
  throw invalid('invalid_environment_name', 'environment', `must be an environment's name or ${ANY_ENVIRONMENT}`);
}

function checkKey(key: unknown, code: ErrorCode, field = 'key'): void {
  if (!isResourceKey(key)) throw invalid(code, field, `must be ${RULE}`);
}
