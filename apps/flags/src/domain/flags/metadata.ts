import type { FlagMetadata } from '#libs/contracts';
import { invalid, isObject } from '#libs/kernel';

const NAME = /^[A-Za-z_][A-Za-z0-9_.-]{0,63}$/;
const MAX_NAMES = 20;
const MAX_TEXT = 1_000;
/** Names that results use themselves, and names of OpenFeature. */
const RESERVED: ReadonlySet<string> = new Set([
  'version', 'cause', 'rule_id', 'strategy_id', 'contextId', 'flagSetId',
]); // prettier-ignore

/** The metadata of a flag as it is stored. @throws AppError `invalid_metadata` */
export function readMetadata(metadata: unknown): FlagMetadata {
  if (!isObject(metadata)) throw refused('metadata', 'must be an object');
  const entries = Object.entries(metadata);
  if (entries.length > MAX_NAMES) throw refused('metadata', `at most ${MAX_NAMES} names`);
  for (const [name, value] of entries) checkEntry(name, value, `metadata.${name}`);
  return metadata as FlagMetadata;
}

function checkEntry(name: string, value: unknown, field: string): void {
  if (!NAME.test(name)) {
    throw refused('metadata', 'names have up to 64 letters, digits, _ . - and begin with a letter or _');
  }
  if (RESERVED.has(name)) throw refused(field, 'is a name that results use themselves');
  if (typeof value === 'string') {
    if ([...value].length > MAX_TEXT) throw refused(field, `at most ${MAX_TEXT} characters`);
    return;
  }
  if (typeof value === 'boolean' || isSafeNumber(value)) return;
  throw refused(field, 'must be a text, a number that clients can hold, or a boolean');
}

const isSafeNumber = (value: unknown): boolean =>
  Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value));

const refused = (field: string, message: string) => invalid('invalid_metadata', field, message);
