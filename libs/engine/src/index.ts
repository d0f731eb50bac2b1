export type { Evaluation, EvaluationContext, EvaluationResult, Reason } from './model.js';
export { ScopeRuleset } from './scope-ruleset.js';
export { Ruleset } from './ruleset.js';
export {
  toOpenFeature,
  type OpenFeatureError,
  type OpenFeatureReason,
  type OpenFeatureResolution,
} from './openfeature.js';
export { murmur3 } from './hash.js';
