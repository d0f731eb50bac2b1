export type { Evaluation, EvaluationContext, EvaluationResult, Reason } from './model.js';
export { ScopeRuleset } from './scope-ruleset.js';
export { Ruleset, type Explanation } from './ruleset.js';
export type {
  ConditionTrace,
  PercentageTrace,
  RuleTrace,
  SegmentTrace,
  Trace,
  TraceStep,
  VariantTrace,
} from './trace.js';
export {
  toOpenFeature,
  type OpenFeatureError,
  type OpenFeatureReason,
  type OpenFeatureResolution,
} from './openfeature.js';
export { murmur3 } from './hash.js';
export { MAX_CONDITION_DEPTH, validateConditions, type ConditionsReport, type Problem } from './validate-conditions.js';
export { sortSchedule, validatePercentage, validateSchedule } from './validate-percentages.js';
export { parseInstant } from './instants.js';
