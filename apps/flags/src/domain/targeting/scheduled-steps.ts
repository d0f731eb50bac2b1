import type { FlagDocument, Rule, RulesetDocument, Schedule, StrategyDocument } from '#libs/contracts';
import { parseInstant } from '#libs/engine';

/** A moment from which a document evaluates differently, without an edit. */
export interface ScheduledStep {
  /** The environment in the config's key; absent for a strategy. */
  readonly environment?: string;
  readonly at: Date;
}

/** The steps of a document's schedules; several at one moment count as one. An archived flag has none. */
export function stepsOf(document: RulesetDocument): readonly ScheduledStep[] {
  if (document.kind === 'strategy') return stepsOfStrategy(document);
  return document.kind === 'flag' && !document.archived ? stepsOfFlag(document) : [];
}

/** Whether a schedule of these rules has a step at this moment. */
export function startsAt(rules: readonly Rule[], at: Date): boolean {
  return rules.some(({ schedule }) => instantsOf(schedule).includes(at.getTime()));
}

const MAX_NOTE = 2_000;

/** The percentages in force by the schedules of these rules, for the history: `Schedule: rule beta at 25 %`. */
export function describeSteps(rules: readonly Rule[], now: Date): string {
  const inForce = rules.flatMap(({ id, schedule }) => {
    const begun = schedule?.steps.filter(({ start_at }) => (parseInstant(start_at) ?? Infinity) <= now.getTime()) ?? [];
    const last = begun.at(-1);
    return last === undefined ? [] : [`rule ${id} at ${last.percentage} %`];
  });
  return `Schedule: ${inForce.join(', ')}`.slice(0, MAX_NOTE);
}

/** Whether a strategy's schedule has a step at this moment. */
export function strategyStartsAt(schedule: Schedule | null | undefined, at: Date): boolean {
  return instantsOf(schedule).includes(at.getTime());
}

function stepsOfStrategy({ schedule }: StrategyDocument): readonly ScheduledStep[] {
  return [...new Set(instantsOf(schedule))].map((at) => ({ at: new Date(at) }));
}

function stepsOfFlag({ configs }: FlagDocument): readonly ScheduledStep[] {
  return Object.entries(configs).flatMap(([environment, { rules }]) => {
    const instants = new Set(rules.flatMap(({ schedule }) => instantsOf(schedule)));
    return [...instants].map((at) => ({ environment, at: new Date(at) }));
  });
}

function instantsOf(schedule: Schedule | null | undefined): readonly number[] {
  const instants = schedule?.steps.map(({ start_at }) => parseInstant(start_at)) ?? [];
  return instants.filter((instant) => instant !== undefined);
}
