import type { Condition, FlagDocument, Rule, RulesetDocument, Serve } from '#libs/contracts';
import { Ruleset, ScopeRuleset, type Evaluation, type EvaluationContext } from '#libs/engine';
import { anonymous, type Contender, type MakeContender } from './contender.js';
import {
  KEYS,
  segments,
  type Clause,
  type Person,
  type Split,
  type WorkloadFlag,
  type WorkloadRule,
} from './workload.js';

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

function contenderOf(ruleset: Ruleset): Contender {
  return anonymous({
    context: contextOf,
    evaluatorOf:
      ({ key }) =>
      (context: EvaluationContext) =>
        ruleset.evaluate(key, context, NOW)!,
    variantOf: ({ variant }: Evaluation) => variant,
    evaluateAll: (context: EvaluationContext) => ruleset.evaluateAll(context, NOW),
    variantsOf: (all: readonly Evaluation[]) =>
      Object.fromEntries(all.map(({ flag_key: key, variant }) => [key, variant])),
  });
}

export const loom: MakeContender = ({ flags }) => contenderOf(rulesetOf(flags.map((flag) => documentOf(flag))).ruleset);

const GATE = 'bench.gate';
const LISTED = Array.from({ length: 20 }, (_, i) => `listed-${i}`);
const gate: FlagDocument = {
  ...documentOf({ key: GATE, variants: ['off', 'on'], enabled: true, rules: [{ clauses: [], serve: 'on' }] }),
};
const killSwitches: readonly RulesetDocument[] = ['a', 'b', 'c'].map((key) => ({
  kind: 'kill_switch',
  id: `id-${key}`,
  key: `bench.${key}`,
  linked_flag_keys: [`bench.killed_${key}`, KEYS.conditions],
  is_active: false,
  version: 1,
}));

/** The flag with a prerequisite, targets and kill switches that do not change its answers. */
function laden(flag: WorkloadFlag): FlagDocument {
  const document = documentOf(flag);
  const configs = Object.entries(document.configs).map(([name, config]) => [
    name,
    { ...config, targets: { [flag.variants[0]!]: LISTED } },
  ]);
  return {
    ...document,
    prerequisites: [{ flag_key: GATE, required_variant: 'on' }],
    configs: Object.fromEntries(configs) as FlagDocument['configs'],
  };
}

/** The same flags, each with a prerequisite that is met, 20 targets, and kill switches about. */
export const ladenLoom: MakeContender = ({ flags }) => {
  const { ruleset, scope } = rulesetOf([gate, ...flags.map(laden)]);
  scope.apply(killSwitches.map((document) => ({ ref: `kill_switch:${(document as { key: string }).key}`, document })));
  return contenderOf(ruleset);
};
