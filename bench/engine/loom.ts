import type { Condition, FlagDocument, Rule, RulesetDocument, Serve } from '#libs/contracts';
import { Ruleset, ScopeRuleset, type EvaluationContext } from '#libs/engine';
import type { Contender, MakeContender } from './contender.js';
import { segments, type Clause, type Person, type Split, type WorkloadFlag, type WorkloadRule } from './workload.js';

const OPERATORS = { in: 'in', eq: 'equals', gte: 'greater_than_or_equals', endsWith: 'ends_with' } as const;

const leaf = ({ attribute, op, value }: Clause): Condition => ({
  attribute: attribute === 'userId' ? 'user_id' : attribute,
  operator: OPERATORS[op],
  value,
});

const splitOf = (split: Split): Serve => ({ split: split.map(([variant, weight]) => ({ variant, weight })) });

function ruleOf(rule: WorkloadRule, index: number): Rule {
  const segment: Condition[] = rule.segment === undefined ? [] : [{ segment: rule.segment, operator: 'in' }];
  return {
    id: `rule-${index}`,
    conditions: [...rule.clauses.map(leaf), ...segment],
    ...(rule.rollout === undefined ? {} : { percentage: rule.rollout }),
    serve: rule.split === undefined ? { variant: rule.serve! } : splitOf(rule.split),
  };
}

/** The workload's flag as the flags service would publish it. */
export function documentOf(flag: WorkloadFlag, version = 1): FlagDocument {
  const rules = flag.rules.map(ruleOf);
  if (flag.otherwise !== undefined) rules.push({ id: 'otherwise', conditions: [], serve: splitOf(flag.otherwise) });
  const isBoolean = flag.variants.length === 2;
  return {
    kind: 'flag',
    id: `id-${flag.key}`,
    key: flag.key,
    type: isBoolean ? 'boolean' : 'string',
    variants: flag.variants.map((name) => ({ name, value: isBoolean ? name === 'on' : name, weight: 1 })),
    default_variant: flag.variants[0]!,
    prerequisites: [],
    salt: flag.key,
    exposure_tracking: true,
    archived: false,
    version,
    configs: { 'environment-id': { enabled: flag.enabled, targets: {}, rules, version: 1 } },
  };
}

const segmentDocuments: readonly RulesetDocument[] = Object.entries(segments).map(([key, clauses]) => ({
  kind: 'segment',
  id: `id-${key}`,
  key,
  included: [],
  excluded: [],
  conditions: { any: clauses.map(leaf) },
  version: 1,
}));

export const NOW = Date.UTC(2026, 0, 1);

/** A scope with the workload in it, and its ruleset. */
export function rulesetOf(documents: readonly FlagDocument[]): { scope: ScopeRuleset; ruleset: Ruleset } {
  const scope = new ScopeRuleset();
  scope.apply(segmentDocuments.map((document) => ({ ref: `segment:${(document as { key: string }).key}`, document })));
  scope.apply(documents.map((document) => ({ ref: `flag:${document.key}`, document })));
  return { scope, ruleset: new Ruleset(new ScopeRuleset(), scope, { id: 'environment-id', name: 'prod' }) };
}

export function contextOf(person: Person): EvaluationContext {
  const { userId, orgId, ...attributes } = person;
  return { user_id: userId, org_id: orgId, attributes };
}

export const loom: MakeContender = (flags) => {
  const { ruleset } = rulesetOf(flags.map((flag) => documentOf(flag)));
  const contender: Contender<EvaluationContext> = {
    name: 'Loom',
    context: contextOf,
    evaluate: (key, context) => ruleset.evaluate(key, context, NOW)!.variant,
    evaluateAll: (context) => ruleset.evaluateAll(context, NOW)[0]!.version,
  };
  return contender as Contender;
};
