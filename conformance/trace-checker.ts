import murmurhash from 'murmurhash';
import type { ConditionTrace, PercentageTrace, Reason, RuleTrace, Trace, TraceStep, VariantTrace } from '#libs/engine';
import { referenceOperator } from '#libs/testing';

/** The result that a trace proves, derived from the data of each step. */
export interface Derived {
  readonly variant: string;
  readonly reason: Reason | { readonly type: 'error'; readonly code: string };
}

function assertStep(holds: boolean, step: unknown): void {
  if (!holds) throw new Error(`the step contradicts its own data: ${JSON.stringify(step)}`);
}

function conditionHolds(trace: ConditionTrace): boolean {
  const holds = evaluateCondition(trace);
  assertStep(holds === trace.result, trace);
  return holds;
}

function evaluateCondition(trace: ConditionTrace): boolean {
  switch (trace.check) {
    case 'all':
      return trace.of.map(conditionHolds).every(Boolean);
    case 'any':
      return trace.of.map(conditionHolds).some(Boolean);
    case 'not':
      return !conditionHolds(trace.of);
    case 'attribute':
      if (trace.operator === 'not_exists') return !('actual' in trace);
      return 'actual' in trace && referenceOperator(trace.operator, trace.actual, trace.expected);
    case 'environment':
      return (trace.expected as readonly unknown[]).includes(trace.actual);
    case 'geo': {
      if (typeof trace.actual !== 'string') return false;
      const actual = trace.actual.toLowerCase();
      const isListed = (trace.expected as readonly string[]).some((value) => value.toLowerCase() === actual);
      return isListed === (trace.operator === 'in');
    }
    case 'segment':
      return segmentHolds(trace);
    case 'unknown':
      return false;
  }
}

function segmentHolds(trace: ConditionTrace & { check: 'segment' }): boolean {
  if (trace.because === 'excluded') assertStep(trace.member === false, trace);
  if (trace.because === 'included') assertStep(trace.member === true, trace);
  if (trace.because === 'conditions') assertStep(conditionHolds(trace.conditions!) === trace.member, trace);
  if (trace.member === null) return false;
  return trace.member === (trace.operator === 'in');
}

function percentageAdmits(trace: PercentageTrace): boolean {
  if (trace.percentage === 100) return derive(trace, 'everyone', true);
  if (trace.percentage === 0) return derive(trace, 'nobody', false);
  if (trace.hash_input === undefined) return derive(trace, 'no_bucket_key', false);
  const hash = murmurhash.v3(trace.hash_input, 0);
  const [whole, thousandths] = [hash % 100, Math.floor(hash / 100) % 1_000];
  assertStep(hash === trace.hash && whole === trace.bucket![0] && thousandths === trace.bucket![1], trace);
  const milli = Math.round(trace.percentage * 1_000);
  assertStep(trace.threshold![0] === Math.floor(milli / 1_000) && trace.threshold![1] === milli % 1_000, trace);
  const isAdmitted =
    whole < trace.threshold![0] || (whole === trace.threshold![0] && thousandths < trace.threshold![1]);
  return derive(trace, isAdmitted ? 'admitted' : 'turned_away', isAdmitted);
}

function derive<T>(trace: { readonly result: unknown }, result: unknown, derived: T): T {
  assertStep(trace.result === result, trace);
  return derived;
}

function variantServed(trace: VariantTrace): string | undefined {
  if (trace.by !== 'split') return trace.result ?? undefined;
  if (trace.hash_input === undefined) return derive(trace, null, undefined);
  const total = trace.weights!.reduce((sum, { weight }) => sum + weight, 0);
  let point = murmurhash.v3(trace.hash_input, 0) % total;
  assertStep(point === trace.bucket, trace);
  const found = trace.weights!.find(({ weight }) => {
    const isHere = point < weight;
    point -= weight;
    return isHere;
  });
  return derive(trace, found!.variant, found!.variant);
}

function ruleAdmits(step: RuleTrace): boolean {
  if (step.result === 'unknown_strategy') return false;
  const admits = conditionHolds(step.conditions!) && percentageAdmits(step.percentage!);
  assertStep(admits === (step.result === 'admitted'), step);
  return admits;
}

function prerequisiteIsMet(step: TraceStep & { check: 'prerequisite' }): boolean {
  if (step.trace !== undefined) {
    const derived = deriveFromTrace(step.trace);
    assertStep(derived.variant === step.actual!.variant && derived.reason.type === step.actual!.reason.type, step);
  }
  const isUsable = step.actual !== undefined && !['disabled', 'error'].includes(step.actual.reason.type);
  const isMet = isUsable && step.actual!.variant === step.required_variant;
  assertStep(isMet === (step.result === 'met'), step);
  return isMet;
}

/**
 * Derives variant and reason from the steps before the outcome, to be compared with the outcome and the evaluation.
 * @throws Error when the result of a step does not follow from its data
 */
export function deriveFromTrace(trace: Trace): Derived {
  const flag = trace.find((step) => step.check === 'flag')!;
  const fallback = (reason: Derived['reason']): Derived => ({ variant: flag.default_variant, reason });
  if (trace.some((step) => step.check === 'cycle')) return fallback({ type: 'error', code: 'invalid_flag' });
  for (const step of trace) {
    const derived = deriveStep(step, fallback);
    if (derived !== undefined) return derived;
  }
  return fallback({ type: 'default' });
}

type Fallback = (reason: Derived['reason']) => Derived;

function deriveStep(step: TraceStep, fallback: Fallback): Derived | undefined {
  if (step.check === 'flag' && step.result !== 'live') {
    return fallback({ type: 'error', code: step.result === 'archived' ? 'archived' : 'invalid_flag' });
  }
  if (step.check === 'config' && step.result !== 'enabled') return fallback({ type: 'disabled' });
  if (step.check === 'kill_switch' && step.result === 'active') {
    const { kill_switch_id, key, scope } = step;
    return fallback({ type: 'kill_switch', kill_switch_id: kill_switch_id!, key: key!, scope: scope! });
  }
  if (step.check === 'prerequisite' && !prerequisiteIsMet(step)) {
    return fallback({ type: 'prerequisite', missing: step.flag_key });
  }
  if (step.check === 'target' && step.result === 'listed')
    return { variant: step.variant!, reason: { type: 'target' } };
  if (step.check === 'rule' && ruleAdmits(step)) return deriveServed(step, fallback);
  return undefined;
}

function deriveServed(step: RuleTrace, fallback: Fallback): Derived {
  const variant = variantServed(step.variant!);
  if (variant === undefined) return fallback({ type: 'default' });
  const { rule_id, strategy_id } = step;
  return { variant, reason: { type: 'strategy', rule_id, ...(strategy_id === undefined ? {} : { strategy_id }) } };
}
