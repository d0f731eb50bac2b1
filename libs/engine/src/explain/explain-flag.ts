import type { Fields } from '#libs/kernel';
import { fieldsOf } from '../documents/fields-of.js';
import { configOf, type FlagParts, partsOf, rulesOf, targetsOf, versionOf } from '../documents/flag-documents.js';
import type { FlagEntry, ScopedKillSwitch } from '../flags/flag-table.js';
import { isMet } from '../flags/prerequisites.js';
import type { ScopeView } from '../flags/scope-view.js';
import type { Evaluation } from '../values/evaluation.js';
import type { ExplainState } from './explain-conditions.js';
import { explainRule } from './explain-rules.js';
import type { TraceStep } from './trace.js';

/** The parts of a ruleset that an explanation needs. */
export interface ExplainedRuleset {
  inspect(key: string): { readonly entry: FlagEntry; readonly view: ScopeView } | undefined;
  evaluate(key: string): Evaluation | undefined;
  killSwitch(key: string): ScopedKillSwitch | undefined;
}

/** Lists the checks that led to the evaluation of a flag. Separate from the evaluation itself, which must stay fast. */
export function explainFlag(key: string, ruleset: ExplainedRuleset, state: ExplainState): TraceStep[] {
  const steps: TraceStep[] = [];
  try {
    collect(key, ruleset, state, steps);
  } catch {
    // A flag that is too broken to explain still gets the step with its outcome.
  }
  const evaluation = ruleset.evaluate(key);
  if (evaluation !== undefined) steps.push({ check: 'outcome', result: evaluation.variant, reason: evaluation.reason });
  return steps;
}

function collect(key: string, ruleset: ExplainedRuleset, state: ExplainState, steps: TraceStep[]): void {
  const inspected = ruleset.inspect(key);
  const evaluation = ruleset.evaluate(key);
  if (inspected === undefined || evaluation === undefined) return;
  state.seen.add(inspected.entry);
  const { entry, view } = inspected;
  const document = fieldsOf(view.scope.document('flag', key));
  steps.push(flagStep(entry, document));
  const fixedReason = entry.flag.fixedReason;
  if (fixedReason === 'archived' || fixedReason === 'invalid') return;
  const config = configOf(document, view.configNames);
  steps.push({
    check: 'config',
    result: config === undefined ? 'absent' : fixedReason === 'disabled' ? 'disabled' : 'enabled',
    environment: view.environmentName,
    version: versionOf(config),
  });
  if (config === undefined || fixedReason === 'disabled') return;
  steps.push(killSwitchStep(ruleset.killSwitch(key)));
  if (entry.fixed !== undefined || !prerequisiteSteps(entry, ruleset, state, steps)) return;
  if (evaluation.reason.type === 'error') steps.push({ check: 'cycle', result: 'found' });
  else ruleSteps(config, partsOf(document, key), view, { state, steps });
}

function flagStep(entry: FlagEntry, document: Fields): TraceStep {
  const fixedReason = entry.flag.fixedReason;
  return {
    check: 'flag',
    result: fixedReason === 'archived' || fixedReason === 'invalid' ? fixedReason : 'live',
    flag_key: entry.key,
    scope: entry.owner,
    version: versionOf(document),
    default_variant: String(document['default_variant'] ?? ''),
  };
}

function killSwitchStep(active: ScopedKillSwitch | undefined): TraceStep {
  if (active === undefined) return { check: 'kill_switch', result: 'none' };
  return { check: 'kill_switch', result: 'active', kill_switch_id: active.id, key: active.key, scope: active.scope };
}

/** Adds a step per prerequisite up to the first unmet one. Returns whether all are met. */
function prerequisiteSteps(
  entry: FlagEntry,
  ruleset: ExplainedRuleset,
  state: ExplainState,
  steps: TraceStep[],
): boolean {
  for (const { key, variant } of entry.flag.requirements) {
    const found = ruleset.inspect(key)?.entry;
    const isAllowed = found !== undefined && (entry.owner === 'organization' || found.owner === 'platform');
    const result = isAllowed ? ruleset.evaluate(key) : undefined;
    const met = isMet(result, variant);
    steps.push({
      check: 'prerequisite',
      result: met ? 'met' : 'unmet',
      flag_key: key,
      required_variant: variant,
      ...(result === undefined ? {} : { actual: { variant: result.variant, reason: result.reason } }),
      ...(result === undefined || state.seen.has(found) ? {} : { trace: explainFlag(key, ruleset, state) }),
    });
    if (!met) return unmetOrCyclic(entry, ruleset, steps);
  }
  return true;
}

function unmetOrCyclic(entry: FlagEntry, ruleset: ExplainedRuleset, steps: TraceStep[]): false {
  if (ruleset.evaluate(entry.key)?.reason.type === 'error') steps.push({ check: 'cycle', result: 'found' });
  return false;
}

interface Progress {
  readonly state: ExplainState;
  readonly steps: TraceStep[];
}

function ruleSteps(config: Fields, parts: FlagParts, view: ScopeView, { state, steps }: Progress): void {
  const userId = state.context.user_id;
  const target = targetsOf(config, parts.variants).find(([id]) => id === userId);
  const userField = userId === undefined ? {} : { user_id: userId };
  if (target !== undefined) {
    steps.push({ check: 'target', result: 'listed', ...userField, variant: target[1].variant });
    return;
  }
  steps.push({ check: 'target', result: 'not_listed', ...userField });
  for (const rule of rulesOf(config) as readonly Fields[]) {
    const step = explainRule(rule, parts, view, state);
    steps.push(step);
    if (step.result === 'admitted') return;
  }
}
