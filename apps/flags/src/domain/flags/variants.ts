import { MAX_WEIGHT, VARIANT_NAME, type FlagType, type Variant } from '#libs/contracts';
import { invalid, refuseUnknownFields, type Json } from '#libs/kernel';

const MAX_VARIANTS = 100;
const MAX_VALUE_BYTES = 64 * 1024;

const isOfType: Record<FlagType, (value: unknown) => boolean> = {
  boolean: (value) => typeof value === 'boolean',
  string: (value) => typeof value === 'string',
  number: (value) => typeof value === 'number' && Number.isFinite(value),
  json: (value) => typeof value === 'object' && value !== null,
};

/** The variants of a boolean flag without variants in its draft. @throws AppError `no_variants` for the other types */
export function defaultVariants(type: FlagType): readonly Variant[] {
  if (type !== 'boolean') throw invalid('no_variants', 'variants', `a ${type} flag needs at least one variant`);
  return [
    { name: 'off', value: false, weight: 1 },
    { name: 'on', value: true, weight: 1 },
  ];
}

/** @throws AppError `no_variants`, `invalid_variant`, `duplicate_variant` */
export function readVariants(drafts: unknown, type: FlagType): readonly Variant[] {
  if (!Array.isArray(drafts)) throw invalid('invalid_type', 'variants', 'must be a list');
  if (drafts.length === 0) throw invalid('no_variants', 'variants', 'a flag needs at least one variant');
  if (drafts.length > MAX_VARIANTS) throw invalid('too_long', 'variants', `at most ${MAX_VARIANTS} variants`);
  const variants = drafts.map((draft: unknown, index) => readVariant(draft, type, `variants[${index}]`));
  const names = new Set<string>();
  for (const [index, { name }] of variants.entries()) {
    if (names.has(name)) throw invalid('duplicate_variant', `variants[${index}].name`, `${name} is there twice`);
    names.add(name);
  }
  return variants;
}

/** @throws AppError `default_variant_missing` */
export function checkDefaultVariant(name: unknown, variants: readonly Variant[]): string {
  const found = variants.find((variant) => variant.name === name);
  if (found !== undefined) return found.name;
  throw invalid('default_variant_missing', 'default_variant', 'must name one of the variants');
}

/** @throws AppError `unknown_variant` */
export function checkVariantExists(name: string, variants: readonly Variant[], field: string): void {
  if (variants.some((variant) => variant.name === name)) return;
  throw invalid('unknown_variant', field, `the flag has no variant ${name}`);
}

/** What a weight must be, for messages. Weights are relative to each other, not percentages. */
export const WEIGHT_RULE = `must be a whole number from 0 to ${MAX_WEIGHT}`;

export function isWeight(weight: unknown): weight is number {
  return Number.isSafeInteger(weight) && (weight as number) >= 0 && (weight as number) <= MAX_WEIGHT;
}
const VARIANT_FIELDS = new Set(['name', 'value', 'weight']);

function readVariant(draft: unknown, type: FlagType, field: string): Variant {
  if (typeof draft !== 'object' || draft === null) throw invalid('invalid_variant', field, 'must be an object');
  refuseUnknownFields(draft, VARIANT_FIELDS, `${field}.`, 'is not a field of a variant');
  const { name, value, weight = 1 } = draft as Record<string, unknown>;
  if (typeof name !== 'string' || !VARIANT_NAME.test(name)) {
    throw invalid(
      'invalid_variant',
      `${field}.name`,
      'must be letters, digits, _ . - and begin with a letter or digit',
    );
  }
  if (!isOfType[type](value)) throw invalid('invalid_variant', `${field}.value`, `must be a ${type}`);
  if (Buffer.byteLength(JSON.stringify(value)) > MAX_VALUE_BYTES) {
    throw invalid('invalid_variant', `${field}.value`, 'must be at most 64 KiB of JSON');
  }
  if (!isWeight(weight)) throw invalid('invalid_variant', `${field}.weight`, WEIGHT_RULE);
  return { name, value: value as Json, weight };
}
