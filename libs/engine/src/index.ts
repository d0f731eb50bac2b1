export { Ruleset } from './ruleset.js';
export { ScopeRuleset } from './documents/scope-ruleset.js';
export type { Evaluation, EvaluationContext, Reason } from './values/evaluation.js';
export type { ConditionTrace, PercentageTrace, RuleTrace, Trace, TraceStep, VariantTrace } from './explain/trace.js';
export { toOpenFeature } from './openfeature.js';
export { murmur3 } from './hashing/hash.js';
export {
  conditionsBudget,
  validateConditions,
  type ConditionsBudget,
  type Problem,
} from './validate/validate-conditions.js';
export { sortSchedule, validatePercentage, validateSchedule } from './validate/validate-percentages.js';
export { patternsIn } from './conditions/weigh-conditions.js';
export { patternSize } from './values/patterns.js';
export { bulkAllowance, MAX_PATTERNS, type WorkAllowance } from './values/work.js';
export { parseInstant } from './values/instants.js';
