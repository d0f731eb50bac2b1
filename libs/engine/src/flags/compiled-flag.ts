import type { FlagType } from '#libs/contracts';
import { type Fields, isObject, type Json } from '#libs/kernel';
import { always, type Run, type Test } from '../conditions/condition-test.js';
import { fieldsOf } from '../documents/fields-of.js';
import {
  configOf,
  type FlagParts,
  metadataOf,
  partsOf,
  rulesOf,
  targetsOf,
  versionOf,
} from '../documents/flag-documents.js';
import type { StoredVariant } from '../documents/stored-variant.js';
import { Uncompilable } from '../documents/uncompilable.js';
import type { Evaluation, EvaluationContext } from '../values/evaluation.js';
import { type Admission, NO_BUCKET_KEY, NOT_ADMITTED, NOT_IN_ROLLOUT } from './compiled-rule.js';
import { type NoMatchReasons, Outcomes } from './outcomes.js';
import { compileServingRule, constant, type RuleFlag, type RuleReferences, type ServingRule } from './serving-rule.js';

export type Decide = (context: EvaluationContext, run: Run) => Evaluation;

interface Requirement {
  readonly key: string;
  readonly variant: string;
  readonly unmet: Evaluation;
}

type FixedReason = 'archived' | 'invalid' | 'disabled';

/** One flag in one environment, compiled. It covers the checks 1 and 3 to 6 of the order of evaluation. */
export interface CompiledFlag {
  readonly outcomes: Outcomes;
  /** The outcome when it is the same for every context. */
  readonly fixed: Evaluation | undefined;
  /** Why the outcome is fixed. */
  readonly fixedReason: FixedReason | undefined;
  readonly requirements: readonly Requirement[];
  /** Targets and rules. */
  readonly decide: Decide;
}

/** Placeholder: flags with a fixed outcome never reach their rules. */
const unreachable: Decide = () => {
  throw new Error('A flag with a fixed outcome must not be decided by its rules');
};

/** Never throws: an invalid document becomes a flag whose outcome is its default variant with an error. */
export function compileFlag(
  document: unknown,
  key: string,
  configNames: readonly string[],
  references: RuleReferences,
): CompiledFlag {
  const fields = fieldsOf(document);
  const config = configOf(fields, configNames);
  try {
    const parts = partsOf(fields, key);
    const outcomes = outcomesOf(fields, key, config, parts);
    if (fields['archived'] === true) return fixedFlag(outcomes, 'archived');
    if (config?.['enabled'] !== true) return fixedFlag(outcomes, 'disabled');
    return compileEnabled(parts, config, outcomes, references);
  } catch (error) {
    const message = error instanceof Uncompilable ? error.message : 'The flag cannot be compiled';
    const outcomes = brokenOutcomes(fields, key, config);
    return fields['archived'] === true ? fixedFlag(outcomes, 'archived') : fixedFlag(outcomes, 'invalid', message);
  }
}

function outcomesOf(document: Fields, key: string, config: Fields | undefined, parts: FlagParts): Outcomes {
  const base = {
    key,
    type: parts.type,
    version: versionOf(document),
    configVersion: versionOf(config),
    exposureTracking: document['exposure_tracking'] !== false,
    metadata: metadataOf(document),
  };
  const isStatic =
    config?.['enabled'] === true && rulesOf(config).length === 0 && targetsOf(config, parts.variants).length === 0;
  return new Outcomes(base, parts.fallback, isStatic);
}

/** For an invalid document: the name of the default variant, and its value if there is one. */
function brokenOutcomes(document: Fields, key: string, config: Fields | undefined): Outcomes {
  const name = document['default_variant'];
  const variants: unknown[] = Array.isArray(document['variants']) ? document['variants'] : [];
  const variant = variants.find((candidate) => isObject(candidate) && candidate['name'] === name) as Fields | undefined;
  const type = document['type'];
  const base = {
    key,
    type: (typeof type === 'string' ? type : 'json') as FlagType,
    version: versionOf(document),
    configVersion: versionOf(config),
    exposureTracking: false,
    metadata: metadataOf(document),
  };
  return new Outcomes(
    base,
    {
      variant: typeof name === 'string' ? name : '',
      value: (variant?.['value'] ?? null) as Json,
    },
    false,
  );
}

const NONE: readonly Requirement[] = [];

function fixedFlag(outcomes: Outcomes, fixedReason: FixedReason, message = ''): CompiledFlag {
  const evaluation =
    fixedReason === 'disabled'
      ? outcomes.disabled(false)
      : fixedReason === 'archived'
        ? outcomes.error('archived', 'The flag is archived')
        : outcomes.error('invalid_flag', message);
  return { outcomes, fixed: evaluation, fixedReason, requirements: NONE, decide: unreachable };
}

function compileEnabled(
  parts: FlagParts,
  config: Fields,
  outcomes: Outcomes,
  references: RuleReferences,
): CompiledFlag {
  const { variants, salt, fallback, prerequisites } = parts;
  const flag = { variants, salt, defaultVariant: fallback.variant, outcomes, references };
  const byRules = compileRules(rulesOf(config), flag);
  const targets = targetsOf(config, variants);
  const requirements = prerequisites.map((needed) => ({ ...needed, unmet: outcomes.prerequisite(needed.key) }));
  const decide = targets.length === 0 ? byRules : withTargets(targetOutcomes(targets, outcomes), byRules);
  return { outcomes, fixed: undefined, fixedReason: undefined, requirements, decide };
}

function targetOutcomes(
  targets: readonly [string, StoredVariant][],
  outcomes: Outcomes,
): ReadonlyMap<unknown, Evaluation> {
  const byVariant = new Map<string, Evaluation>();
  const byUser = new Map<unknown, Evaluation>();
  for (const [id, variant] of targets) {
    const evaluation = byVariant.get(variant.variant) ?? outcomes.target(variant);
    byVariant.set(variant.variant, evaluation);
    if (!byUser.has(id)) byUser.set(id, evaluation);
  }
  return byUser;
}

function withTargets(targets: ReadonlyMap<unknown, Evaluation>, otherwise: Decide): Decide {
  return (context, run) => targets.get(context.user_id) ?? otherwise(context, run);
}

/** What a rule among several returns when it does not admit. */
const CODES: NoMatchReasons<Admission> = {
  notAdmitted: NOT_ADMITTED,
  notInRollout: NOT_IN_ROLLOUT,
  noBucketKey: NO_BUCKET_KEY,
};

function compileRules(rules: readonly unknown[], flag: RuleFlag): Decide {
  const { outcomes } = flag;
  if (rules.length === 0) return constant(outcomes.notAdmitted);
  if (rules.length === 1) return onlyRule(compileServingRule(rules[0], flag, outcomes), outcomes);
  return firstRule(
    rules.map((rule) => compileServingRule(rule, flag, CODES)),
    outcomes,
  );
}

function onlyRule({ test, hit, serve }: ServingRule<Evaluation>, outcomes: Outcomes): Decide {
  if (test === always) return serve ?? constant(hit);
  return serve === undefined ? either(test, hit, outcomes.notAdmitted) : guarded(test, serve, outcomes.notAdmitted);
}

const either =
  (test: Test, hit: Evaluation, miss: Evaluation): Decide =>
  (context, run) =>
    test(context, run) ? hit : miss;
const guarded =
  (test: Test, serve: Decide, miss: Evaluation): Decide =>
  (context, run) =>
    test(context, run) ? serve(context, run) : miss;

/** More rules than validation allows. */
const MANY_RULES = 100;
const RULE_UNITS = 50;

const firstRule =
  (rules: readonly ServingRule<Admission>[], outcomes: Outcomes): Decide =>
  (context, run) => {
    let isKeyMissing = false;
    if (rules.length > MANY_RULES) run.spend(rules.length * RULE_UNITS);
    for (let i = 0; i < rules.length; i++) {
      const { test, hit, serve } = rules[i]!;
      if (test !== always && !test(context, run)) continue;
      if (serve === undefined) return hit;
      const decision = serve(context, run);
      if (typeof decision === 'object') return decision;
      if (decision === NO_BUCKET_KEY) isKeyMissing = true;
    }
    return isKeyMissing ? outcomes.noBucketKey : outcomes.notAdmitted;
  };
