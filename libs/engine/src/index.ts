export type { Evaluation, EvaluationContext, EvaluationResult, Reason } from './values/evaluation.js';
export { ScopeRuleset } from './documents/scope-ruleset.js';
export { Ruleset, type Explanation } from './ruleset.js';
export type {
  ConditionTrace,
  PercentageTrace,
  RuleTrace,
  SegmentTrace,
  Trace,
  TraceStep,
  VariantTrace,
} from './explain/trace.js';
export {
  toOpenFeature,
  type OpenFeatureError,
  type OpenFeatureReason,
  type OpenFeatureResolution,
} from './openfeature.js';
export { murmur3 } from './hashing/hash.js';
export {
  MAX_CONDITION_DEPTH,
  validateConditions,
  type ConditionsReport,
  type Problem,
} from './validate/validate-conditions.js';
export { sortSchedule, validatePercentage, validateSchedule } from './validate/validate-percentages.js';
export { parseInstant } from './values/instants.js';
