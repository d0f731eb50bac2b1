import type { Fields } from '#libs/kernel';
import { fieldsOf } from '../documents/fields-of.js';
import { configOf, type FlagParts, partsOf, rulesOf, targetsOf, versionOf } from '../documents/flag-documents.js';
import type { Entry, NamedKillSwitch } from '../flags/flag-table.js';
import { isMet } from '../flags/prerequisites.js';
import type { ScopeView } from '../flags/scope-view.js';
import type { Evaluation } from '../values/evaluation.js';
import type { Subject } from './explain-conditions.js';
import { explainRule } from './explain-rules.js';
import type { TraceStep } from './trace.js';

/** What an explanation asks of its ruleset. */
export interface Explained {
  inspect(key: string): { readonly entry: Entry; readonly view: ScopeView } | undefined;
  evaluate(key: string): Evaluation | undefined;
  killSwitch(key: string): NamedKillSwitch | undefined;
}

/** Writes down how a flag came to its evaluation. A separate walk over the same parts, so that evaluation pays nothing. */
export function explainFlag(key: string, ruleset: Explained, subject: Subject): TraceStep[] {
  const steps: TraceStep[] = [];
  try {
    collect(key, ruleset, subject, steps);
  } catch {
    // A flag beyond explanation (broken in a way that only shows when it is walked) still shows its outcome.
  }
  const evaluation = ruleset.evaluate(key);
  if (evaluation !== undefined) steps.push({ check: 'outcome', result: evaluation.variant, reason: evaluation.reason });
  return steps;
}

function collect(key: string, ruleset: Explained, subject: Subject, steps: TraceStep[]): void {
  const inspected = ruleset.inspect(key);
  const evaluation = ruleset.evaluate(key);
  if (inspected === undefined || evaluation === undefined) return;
  subject.seen.add(inspected.entry);
  const { entry, view } = inspected;
  const document = fieldsOf(view.scope.document('flag', key));
  steps.push(flagStep(entry, document));
  const because = entry.flag.because;
  if (because === 'archived' || because === 'invalid') return;
  const config = configOf(document, view.configNames);
  steps.push({
    check: 'config',
    result: config === undefined ? 'absent' : because === 'disabled' ? 'disabled' : 'enabled',
    environment: view.environmentName,
    version: versionOf(config),
  });
  if (config === undefined || because === 'disabled') return;
  steps.push(killSwitchStep(ruleset.killSwitch(key)));
  if (entry.fixed !== undefined || !prerequisiteSteps(entry, ruleset, subject, steps)) return;
  if (evaluation.reason.type === 'error') steps.push({ check: 'cycle', result: 'found' });
  else ruleSteps(config, partsOf(document, key), view, { subject, steps });
}

function flagStep(entry: Entry, document: Fields): TraceStep {
  const because = entry.flag.because;
  return {
    check: 'flag',
    result: because === 'archived' || because === 'invalid' ? because : 'live',
    flag_key: entry.key,
    scope: entry.owner,
    version: versionOf(document),
    default_variant: String(document['default_variant'] ?? ''),
  };
}

function killSwitchStep(active: NamedKillSwitch | undefined): TraceStep {
  if (active === undefined) return { check: 'kill_switch', result: 'none' };
  return { check: 'kill_switch', result: 'active', kill_switch_id: active.id, key: active.key, scope: active.scope };
}

/** Returns whether all are met. */
function prerequisiteSteps(entry: Entry, ruleset: Explained, subject: Subject, steps: TraceStep[]): boolean {
  for (const { key, variant } of entry.flag.requirements) {
    const found = ruleset.inspect(key)?.entry;
    const isInReach = found !== undefined && (entry.owner === 'organization' || found.owner === 'platform');
    const result = isInReach ? ruleset.evaluate(key) : undefined;
    const met = isMet(result, variant);
    steps.push({
      check: 'prerequisite',
      result: met ? 'met' : 'unmet',
      flag_key: key,
      required_variant: variant,
      ...(result === undefined ? {} : { actual: { variant: result.variant, reason: result.reason } }),
      ...(result === undefined || subject.seen.has(found) ? {} : { trace: explainFlag(key, ruleset, subject) }),
    });
    if (!met) return leavesByCycle(entry, ruleset, steps);
  }
  return true;
}

function leavesByCycle(entry: Entry, ruleset: Explained, steps: TraceStep[]): false {
  if (ruleset.evaluate(entry.key)?.reason.type === 'error') steps.push({ check: 'cycle', result: 'found' });
  return false;
}

interface Notes {
  readonly subject: Subject;
  readonly steps: TraceStep[];
}

function ruleSteps(config: Fields, parts: FlagParts, view: ScopeView, { subject, steps }: Notes): void {
  const userId = subject.context.user_id;
  const target = targetsOf(config, parts.variants).find(([id]) => id === userId);
  const who = userId === undefined ? {} : { user_id: userId };
  if (target !== undefined) {
    steps.push({ check: 'target', result: 'listed', ...who, variant: target[1].variant });
    return;
  }
  steps.push({ check: 'target', result: 'not_listed', ...who });
  for (const rule of rulesOf(config) as readonly Fields[]) {
    const step = explainRule(rule, parts, view, subject);
    steps.push(step);
    if (step.result === 'admitted') return;
  }
}
