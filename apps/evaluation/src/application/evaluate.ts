import type { EvaluateAnswer, EvaluateCommand, EvaluationView, Origin } from '#libs/contracts';
import { bulkAllowance, type Evaluation, type EvaluationContext, type Ruleset } from '#libs/engine';
import type { Clock } from '#libs/kernel';
import { parseContext } from '../domain/context.js';
import { parseFlags } from '../domain/flag-list.js';
import type { CompiledRulesets } from './compiled-rulesets.js';

/** Evaluates the given flags, or all, in the order of their keys. Unknown and archived flags are left out. */
export function evaluateFlags(
  ruleset: Ruleset,
  flags: readonly string[] | undefined,
  context: EvaluationContext,
  now: number,
): readonly Evaluation[] {
  if (flags === undefined) return ruleset.evaluateAll(context, now);
  const allowance = bulkAllowance();
  return flags.map((key) => ruleset.evaluate(key, context, now, allowance)).filter(isLive);
}

function isLive(evaluation: Evaluation | undefined): evaluation is Evaluation {
  return evaluation !== undefined && !(evaluation.reason.type === 'error' && evaluation.reason.code === 'archived');
}

/** Evaluates for internal services and the playground, with reasons and traces. The organization is the origin's scope. */
export class Evaluate {
  constructor(
    private readonly rulesets: CompiledRulesets,
    private readonly clock: Clock,
  ) {}

  async execute(command: EvaluateCommand, origin: Origin): Promise<EvaluateAnswer> {
    const context = parseContext(command.context, command.environment.name);
    const flags = parseFlags(command.flags);
    const { ruleset, version, counts } = await this.rulesets.for(origin.scope, command.environment);
    const now = this.clock.now();
    const evaluations = evaluateFlags(ruleset, flags, context, now.getTime());
    if (command.dry_run !== true) counts.addAll(evaluations);
    const allowance = bulkAllowance();
    const trace = (key: string) =>
      command.explain === true ? { trace: ruleset.explain(key, context, now.getTime(), allowance)?.trace } : {};
    const results = evaluations.map((evaluation) => ({ ...view(evaluation), ...trace(evaluation.flag_key) }));
    return { results, evaluated_at: now.toISOString(), version };
  }
}

function view({ flag_key, variant, value, reason, version }: Evaluation): EvaluationView {
  return { flag_key, variant, value, reason, version };
}
