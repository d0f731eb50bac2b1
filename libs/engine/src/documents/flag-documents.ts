import type { FlagMetadata, FlagType } from '#libs/contracts';
import { type Fields, isObject, type Json } from '#libs/kernel';
import { Salt } from '../hashing/hash.js';
import { type StoredVariant, storedWeight } from './stored-variant.js';
import { Uncompilable } from './uncompilable.js';

/** The parts of a flag document that hold in every environment, validated. */
export interface FlagParts {
  readonly type: FlagType;
  readonly variants: readonly StoredVariant[];
  readonly fallback: StoredVariant;
  readonly salt: Salt;
  readonly prerequisites: readonly { readonly key: string; readonly variant: string }[];
}

const TYPES: readonly unknown[] = ['boolean', 'string', 'number', 'json'];

const EMPTY: readonly never[] = [];

const listOf = (value: unknown, what: string): readonly unknown[] => {
  if (value === undefined || value === null) return EMPTY;
  if (!Array.isArray(value)) throw new Uncompilable(`${what} are not a list`);
  return value;
};

const objectOf = (value: unknown, what: string): Fields => {
  if (!isObject(value)) throw new Uncompilable(`${what} is not an object`);
  return value;
};

function variantOf(value: unknown, type: unknown): StoredVariant {
  const variant = objectOf(value, 'A variant');
  if (typeof variant['name'] !== 'string') throw new Uncompilable('A variant has no name');
  if (variant['value'] === undefined) throw new Uncompilable('A variant has no value');
  if (type !== 'json' && typeof variant['value'] !== type)
    throw new Uncompilable('A value is not of the type of its flag');
  return { variant: variant['name'], value: variant['value'] as Json, weight: storedWeight(variant['weight']) };
}

function prerequisiteOf(value: unknown): FlagParts['prerequisites'][number] {
  const { flag_key: key, required_variant: variant } = objectOf(value, 'A prerequisite');
  if (typeof key !== 'string' || typeof variant !== 'string') throw new Uncompilable('A prerequisite names no flag');
  return { key, variant };
}

/** Default: the flag key. */
const saltOf = (document: Fields, key: string): string =>
  typeof document['salt'] === 'string' && document['salt'] !== '' ? document['salt'] : key;

/** @throws Uncompilable when the document lacks what every flag must have */
export function partsOf(document: Fields, key: string): FlagParts {
  const type = document['type'];
  if (!TYPES.includes(type)) throw new Uncompilable('The type is unknown');
  const variants = listOf(document['variants'], 'Variants').map((variant) => variantOf(variant, type));
  const fallback = variants.find(({ variant }) => variant === document['default_variant']);
  if (fallback === undefined) throw new Uncompilable('The default variant is missing');
  return {
    type: type as FlagType,
    variants,
    fallback,
    salt: new Salt(saltOf(document, key)),
    prerequisites: listOf(document['prerequisites'], 'Prerequisites').map(prerequisiteOf),
  };
}

/** The config stored under the first of `names` that has one. `undefined` when none has. */
export function configOf(document: Fields, names: readonly string[]): Fields | undefined {
  const configs = document['configs'];
  if (!isObject(configs)) return undefined;
  const name = names.find((candidate) => Object.hasOwn(configs, candidate));
  const config = name === undefined ? undefined : configs[name];
  return isObject(config) ? config : undefined;
}

function isEmpty(object: object): boolean {
  for (const _ in object) return false;
  return true;
}

/**
 * User ids of the targets with their variant, in order.
 * @throws Uncompilable
 */
export function targetsOf(config: Fields, variants: readonly StoredVariant[]): [string, StoredVariant][] {
  const targets = config['targets'];
  if (targets === undefined || targets === null) return [];
  if (isEmpty(targets)) return [];
  return Object.entries(objectOf(targets, 'Targets')).flatMap(([name, ids]) => {
    const variant = variants.find((candidate) => candidate.variant === name);
    if (variant === undefined) throw new Uncompilable('A target names a variant that the flag does not have');
    return listOf(ids, 'Targets').map((id): [string, StoredVariant] => [String(id), variant]);
  });
}

const NO_METADATA: FlagMetadata = Object.freeze({});
const isFlat = (value: unknown): boolean => ['string', 'number', 'boolean'].includes(typeof value);

/** The metadata of a flag. Entries that are not flat are left out. */
export function metadataOf({ metadata }: Fields): FlagMetadata {
  if (!isObject(metadata)) return NO_METADATA;
  if (Object.values(metadata).every(isFlat)) return metadata as FlagMetadata;
  return Object.fromEntries(Object.entries(metadata).filter(([, value]) => isFlat(value))) as FlagMetadata;
}

export const rulesOf = (config: Fields): readonly unknown[] => listOf(config['rules'], 'Rules');

export const versionOf = (document: Fields | undefined): number =>
  typeof document?.['version'] === 'number' ? document['version'] : 0;
