import { MAX_RULES, type Rule, type Serve, type Variant } from '#libs/contracts';
import { optionalString } from '../details.js';
import { conditionsBudget, MAX_PATTERNS, patternsIn, type ConditionsBudget } from '#libs/engine';
import { invalid, isObject, refuseUnknownFields } from '#libs/kernel';
import { readRuleBody } from './rule-body.js';
import { checkVariantExists, isWeight, WEIGHT_RULE } from '../flags/variants.js';

const RULE_FIELDS: ReadonlySet<string> = new Set([
  'id', 'name', 'strategy_id', 'serve', 'conditions', 'percentage', 'bucket_by', 'schedule',
]); // prettier-ignore
const BODY_FIELDS = ['conditions', 'percentage', 'bucket_by', 'schedule'] as const;
const RULE_ID = /^[A-Za-z0-9_-]{1,100}$/;

type Fields = Readonly<Record<string, unknown>>;

/**
 * Rules as they are stored: with ids, which are kept if sent, and with sorted schedules.
 * @throws AppError `invalid_rule`, `unknown_variant`, `invalid_weight` and the codes of `readRuleBody`
 */
export function readRules(drafts: unknown, variants: readonly Variant[], nextId: () => string): readonly Rule[] {
  if (!Array.isArray(drafts)) throw invalid('invalid_type', 'rules', 'must be a list');
  if (drafts.length > MAX_RULES) throw invalid('too_long', 'rules', `at most ${MAX_RULES} rules`);
  refuseManyPatterns(drafts);
  const given = { variants, nextId, budget: conditionsBudget() };
  const rules = drafts.map((draft: unknown, index) => readRule(draft, given, `rules[${index}]`));
  const ids = new Set<string>();
  for (const [index, { id }] of rules.entries()) {
    if (ids.has(id)) throw invalid('invalid_rule', `rules[${index}].id`, 'another rule has this id');
    ids.add(id);
  }
  return rules;
}

/** Patterns are compiled to be checked, so their number is checked first. */
function refuseManyPatterns(drafts: readonly unknown[]): void {
  const count = drafts.flatMap((draft) => (isObject(draft) ? patternsIn(draft['conditions']) : [])).length;
  if (count > MAX_PATTERNS)
    throw invalid('invalid_pattern', 'rules', `contain ${count} patterns; at most ${MAX_PATTERNS}`);
}

/** The variants that a rule names. Empty when it serves by the flag's weights. */
export function servedVariants({ serve }: Rule): readonly string[] {
  if (serve === undefined) return [];
  return 'variant' in serve ? [serve.variant] : serve.split.map(({ variant }) => variant);
}

/** What the rules of one configuration share. */
interface Given {
  readonly variants: readonly Variant[];
  readonly nextId: () => string;
  readonly budget: ConditionsBudget;
}

function readRule(draft: unknown, { variants, nextId, budget }: Given, field: string): Rule {
  if (typeof draft !== 'object' || draft === null || Array.isArray(draft)) {
    throw invalid('invalid_type', field, 'must be an object');
  }
  const fields = draft as Fields;
  refuseUnknownFields(fields, RULE_FIELDS, `${field}.`, 'is not a field of a rule');
  const name = optionalString(`${field}.name`, fields['name'] ?? undefined);
  const serve = readServe(fields['serve'], variants, `${field}.serve`);
  return {
    id: readId(fields['id'], nextId, `${field}.id`),
    ...(name === undefined ? {} : { name }),
    ...readAdmission(fields, field, budget),
    ...(serve === undefined ? {} : { serve }),
  };
}

function readId(id: unknown, nextId: () => string, field: string): string {
  if (id === undefined || id === null) return nextId();
  if (typeof id === 'string' && RULE_ID.test(id)) return id;
  throw invalid('invalid_rule', field, 'must be 1 to 100 letters, digits, _ or -');
}

function readAdmission(fields: Fields, field: string, budget: ConditionsBudget): Partial<Rule> {
  const strategyId = fields['strategy_id'] ?? undefined;
  if (strategyId === undefined) return readRuleBody(fields, `${field}.`, budget);
  if (typeof strategyId !== 'string') throw invalid('invalid_type', `${field}.strategy_id`, 'must be a string');
  const inline = BODY_FIELDS.find((name) => fields[name] !== undefined);
  if (inline === undefined) return { strategy_id: strategyId };
  throw invalid('invalid_rule', `${field}.${inline}`, 'a rule has a strategy_id or its own conditions, not both');
}

function readServe(serve: unknown, variants: readonly Variant[], field: string): Serve | undefined {
  if (serve === undefined || serve === null) return undefined;
  if (typeof serve !== 'object') throw invalid('invalid_type', field, 'must be {variant} or {split}');
  const { variant, split, ...rest } = serve as Fields;
  if (Object.keys(rest).length > 0 || (variant === undefined) === (split === undefined)) {
    throw invalid('invalid_rule', field, 'must be {variant} or {split}, one of them');
  }
  if (split !== undefined) return { split: readSplit(split, variants, `${field}.split`) };
  return { variant: readVariantName(variant, variants, `${field}.variant`) };
}

function readSplit(split: unknown, variants: readonly Variant[], field: string): { variant: string; weight: number }[] {
  if (!Array.isArray(split) || split.length === 0)
    throw invalid('invalid_rule', field, 'must be a list that is not empty');
  const shares = split.map((share: unknown, index) => readShare(share, variants, `${field}[${index}]`));
  if (new Set(shares.map(({ variant }) => variant)).size === shares.length) return shares;
  throw invalid('invalid_rule', field, 'names a variant twice');
}

function readShare(share: unknown, variants: readonly Variant[], field: string): { variant: string; weight: number } {
  if (typeof share !== 'object' || share === null) throw invalid('invalid_type', field, 'must be {variant, weight}');
  const { variant, weight } = share as Fields;
  const name = readVariantName(variant, variants, `${field}.variant`);
  if (!isWeight(weight)) throw invalid('invalid_weight', `${field}.weight`, WEIGHT_RULE);
  return { variant: name, weight };
}

function readVariantName(name: unknown, variants: readonly Variant[], field: string): string {
  if (typeof name !== 'string') throw invalid('invalid_type', field, 'must be the name of a variant');
  checkVariantExists(name, variants, field);
  return name;
}
