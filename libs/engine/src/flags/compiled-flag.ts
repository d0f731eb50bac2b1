import type { FlagType } from '#libs/contracts';
import { type Fields, isObject, type Json } from '#libs/kernel';
import { always, type Run, type Test } from '../conditions/condition-test.js';
import { fieldsOf } from '../documents/fields-of.js';
import { configOf, type FlagParts, partsOf, rulesOf, targetsOf, versionOf } from '../documents/flag-documents.js';
import type { StoredVariant } from '../documents/stored-variant.js';
import { Uncompilable } from '../documents/uncompilable.js';
import type { Evaluation, EvaluationContext } from '../values/evaluation.js';
import { type Admission, NO_BUCKET_KEY, NOT_ADMITTED, TURNED_AWAY } from './compiled-rule.js';
import { type Misses, Outcomes } from './outcomes.js';
import { type CompiledRule, compileRule, type RuleReferences, type RuleScene, standing } from './serving-rule.js';

export type Decide = (context: EvaluationContext, run: Run) => Evaluation;

interface Requirement {
  readonly key: string;
  readonly variant: string;
  readonly unmet: Evaluation;
}

type Because = 'archived' | 'invalid' | 'disabled';

/** One flag in one environment, compiled; checks 1 and 3 to 6 of the order of evaluation. */
export interface CompiledFlag {
  readonly outcomes: Outcomes;
  /** The outcome that no context changes, and why the checks stop there. */
  readonly fixed: Evaluation | undefined;
  readonly because: Because | undefined;
  readonly requirements: readonly Requirement[];
  /** Targets and rules. */
  readonly decide: Decide;
}

/** In the place of a decision that is never asked for. */
const unasked: Decide = () => {
  throw new Error('A flag with a fixed outcome was asked to decide');
};

/** Never throws: a document that makes no sense becomes a flag that answers its default with an error. */
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
    if (fields['archived'] === true) return fixed(outcomes, 'archived');
    if (config?.['enabled'] !== true) return fixed(outcomes, 'disabled');
    return compileEnabled(parts, config, outcomes, references);
  } catch (error) {
    const message = error instanceof Uncompilable ? error.message : 'The flag cannot be compiled';
    const outcomes = brokenOutcomes(fields, key, config);
    return fields['archived'] === true ? fixed(outcomes, 'archived') : fixed(outcomes, 'invalid', message);
  }
}

function outcomesOf(document: Fields, key: string, config: Fields | undefined, parts: FlagParts): Outcomes {
  const facts = {
    key,
    type: parts.type,
    version: versionOf(document),
    configVersion: versionOf(config),
    exposureTracking: document['exposure_tracking'] !== false,
  };
  const isStatic =
    config?.['enabled'] === true && rulesOf(config).length === 0 && targetsOf(config, parts.variants).length === 0;
  return new Outcomes(facts, parts.fallback, isStatic);
}

/** For a flag without sense: its default variant by name, with the value if that much can be found. */
function brokenOutcomes(document: Fields, key: string, config: Fields | undefined): Outcomes {
  const name = document['default_variant'];
  const variants: unknown[] = Array.isArray(document['variants']) ? document['variants'] : [];
  const variant = variants.find((candidate) => isObject(candidate) && candidate['name'] === name) as Fields | undefined;
  const type = document['type'];
  const facts = {
    key,
    type: (typeof type === 'string' ? type : 'json') as FlagType,
    version: versionOf(document),
    configVersion: versionOf(config),
    exposureTracking: false,
  };
  return new Outcomes(
    facts,
    {
      variant: typeof name === 'string' ? name : '',
      value: (variant?.['value'] ?? null) as Json,
    },
    false,
  );
}

const NONE: readonly Requirement[] = [];

function fixed(outcomes: Outcomes, because: Because, message = ''): CompiledFlag {
  const evaluation =
    because === 'disabled'
      ? outcomes.disabled(false)
      : because === 'archived'
        ? outcomes.error('archived', 'The flag is archived')
        : outcomes.error('invalid_flag', message);
  return { outcomes, fixed: evaluation, because, requirements: NONE, decide: unasked };
}

function compileEnabled(
  parts: FlagParts,
  config: Fields,
  outcomes: Outcomes,
  references: RuleReferences,
): CompiledFlag {
  const { variants, salt, fallback, prerequisites } = parts;
  const scene = { variants, salt, defaultVariant: fallback.variant, outcomes, references };
  const byRules = compileRules(rulesOf(config), scene);
  const targets = targetsOf(config, variants);
  const requirements = prerequisites.map((needed) => ({ ...needed, unmet: outcomes.prerequisite(needed.key) }));
  const decide = targets.length === 0 ? byRules : withTargets(targetOutcomes(targets, outcomes), byRules);
  return { outcomes, fixed: undefined, because: undefined, requirements, decide };
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

/** Why a rule among several does not admit. */
const CODES: Misses<Admission> = { notAdmitted: NOT_ADMITTED, turnedAway: TURNED_AWAY, noBucketKey: NO_BUCKET_KEY };

function compileRules(rules: readonly unknown[], scene: RuleScene): Decide {
  const { outcomes } = scene;
  if (rules.length === 0) return standing(outcomes.notAdmitted);
  if (rules.length === 1) return onlyRule(compileRule(rules[0], scene, outcomes), outcomes);
  return firstRule(
    rules.map((rule) => compileRule(rule, scene, CODES)),
    outcomes,
  );
}

function onlyRule({ test, hit, serve }: CompiledRule<Evaluation>, outcomes: Outcomes): Decide {
  if (test === always) return serve ?? standing(hit);
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

const firstRule =
  (rules: readonly CompiledRule<Admission>[], outcomes: Outcomes): Decide =>
  (context, run) => {
    let isKeyMissing = false;
    for (let i = 0; i < rules.length; i++) {
      const { test, hit, serve } = rules[i]!;
      if (test !== always && !test(context, run)) continue;
      if (serve === undefined) return hit;
      const verdict = serve(context, run);
      if (typeof verdict === 'object') return verdict;
      if (verdict === NO_BUCKET_KEY) isKeyMissing = true;
    }
    return isKeyMissing ? outcomes.noBucketKey : outcomes.notAdmitted;
  };
