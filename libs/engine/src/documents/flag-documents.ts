import type { FlagType } from '#libs/contracts';
import { type Fields, isObject, type Json } from '#libs/kernel';
import { Salt } from '../hashing/hash.js';
import { type StoredVariant, storedWeight } from './stored-variant.js';
import { Uncompilable } from './uncompilable.js';

/** What a flag document says in every environment, checked. */
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
  if (!Array.isArray(value)) throw new Uncompilable(`${what} are no list`);
  return value;
};

const entryOf = (value: unknown, what: string): Fields => {
  if (!isObject(value)) throw new Uncompilable(`${what} is no object`);
  return value;
};

function variantOf(value: unknown, type: unknown): StoredVariant {
  const variant = entryOf(value, 'A variant');
  if (typeof variant['name'] !== 'string') throw new Uncompilable('A variant has no name');
  if (variant['value'] === undefined) throw new Uncompilable('A variant has no value');
  if (type !== 'json' && typeof variant['value'] !== type)
    throw new Uncompilable('A value is not of the type of its flag');
  return { variant: variant['name'], value: variant['value'] as Json, weight: storedWeight(variant['weight']) };
}

function prerequisiteOf(value: unknown): FlagParts['prerequisites'][number] {
  const { flag_key: key, required_variant: variant } = entryOf(value, 'A prerequisite');
  if (typeof key !== 'string' || typeof variant !== 'string') throw new Uncompilable('A prerequisite names no flag');
  return { key, variant };
}

/** The salt is the key unless set. */
const saltOf = (document: Fields, key: string): string =>
  typeof document['salt'] === 'string' && document['salt'] !== '' ? document['salt'] : key;

/** Throws `Uncompilable` for a document that breaks what every flag has. */
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

/** The config of an environment: by its first name that has one. `undefined` when there is none. */
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

/** Listed user ids with their variant, in order. Throws `Uncompilable`. */
export function targetsOf(config: Fields, variants: readonly StoredVariant[]): [string, StoredVariant][] {
  const targets = config['targets'];
  if (targets === undefined || targets === null) return [];
  if (isEmpty(targets)) return [];
  return Object.entries(entryOf(targets, 'Targets')).flatMap(([name, ids]) => {
    const variant = variants.find((candidate) => candidate.variant === name);
    if (variant === undefined) throw new Uncompilable('A target names a variant that the flag does not have');
    return listOf(ids, 'Targets').map((id): [string, StoredVariant] => [String(id), variant]);
  });
}

export const rulesOf = (config: Fields): readonly unknown[] => listOf(config['rules'], 'Rules');

export const versionOf = (document: Fields | undefined): number =>
  typeof document?.['version'] === 'number' ? document['version'] : 0;
