import { FlagUpdatedV1, StrategyUpdatedV1, systemOrigin, type Origin } from '#libs/contracts';
import type { Clock, Ids } from '#libs/kernel';
import { flagDocument, strategyDocument } from '../../domain/documents.js';
import type { Flag } from '../../domain/flags/flag.js';
import type { FlagConfig } from '../../domain/flags/flag-config.js';
import {
  describeSteps,
  startsAt,
  strategyStartsAt,
  type ScheduledStep,
} from '../../domain/targeting/scheduled-steps.js';
import { environmentNames } from '../environments/environment-directory.js';
import { idInEnvelopes } from '../environments/id-in-envelopes.js';
import type { Change, UnitOfWork } from '../ports/unit-of-work.js';
import { configView } from '../views.js';
import type { DueDocument, Schedules } from '../ports/schedules.js';

type Steps = readonly ScheduledStep[];

/**
 * Raises the ruleset's version once per step of a schedule, so that streams, ETags and web clients notice it. The count of steps in
 * the document rises and nothing else changes: an editor's version stays current. A flag's history gets a line by the system; there
 * is no audit entry. Steps that began while no process ran are taken together.
 */
export class TakeScheduledSteps {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly schedules: Schedules,
    private readonly clock: Clock,
    private readonly ids: Ids,
  ) {}

  /** Documents are independent: after a failure the others go on, and the failed one is tried again in the next run. @throws the first failure */
  async execute(): Promise<void> {
    const now = this.clock.now();
    const failures: unknown[] = [];
    for (const due of await this.schedules.due(now)) {
      await this.#take(due, now).catch((error: unknown) => failures.push(error));
    }
    if (failures.length > 0) throw failures[0];
  }

  /** A second replica that takes the same document waits for the lock of the scope, and then finds no steps. */
  async #take(due: DueDocument, now: Date): Promise<void> {
    const origin = systemOrigin(due.scope, this.ids.next());
    const { resource: moved } = await this.uow.change(origin, (tx) => move(tx, due, origin));
    // A change without a document is undone, so steps that an edit made meaningless are still stored.
    if (!moved) await this.schedules.forget(due, now);
  }
}

async function move(tx: Change, { kind, name, ref }: DueDocument, origin: Origin): Promise<boolean> {
  const steps = await tx.takeSteps(ref);
  if (steps.length === 0) return false;
  return kind === 'flag' ? moveFlag(tx, name, steps, origin) : moveStrategy(tx, name, steps, origin);
}

async function moveFlag(tx: Change, key: string, steps: Steps, origin: Origin): Promise<boolean> {
  const flag = await tx.flags.find(key);
  if (flag === undefined || flag.archivedAt !== undefined) return false;
  const configs = await tx.configs.ofFlag(flag.id);
  const nameOf = await environmentNames(tx);
  const isMoved = ({ environment, rules }: FlagConfig): boolean =>
    nameOf(environment) !== undefined &&
    steps.some((step) => step.environment === environment && startsAt(rules, step.at));
  const after = configs.map((config) => (isMoved(config) ? { ...config, step: (config.step ?? 0) + 1 } : config));
  const moved = after.filter((config, index) => config !== configs[index]);
  if (moved.length === 0) return false;
  await tx.configs.saveSteps(moved);
  recordFlag(tx, flag, after, { origin, moved: moved.map(({ environment: id }) => ({ id, name: nameOf(id)! })) });
  for (const config of moved) recordState(tx, flag, config, nameOf(config.environment)!);
  return true;
}

function recordFlag(
  tx: Change,
  flag: Flag,
  configs: readonly FlagConfig[],
  { origin, moved }: { origin: Origin; moved: readonly { id: string; name: string }[] },
): void {
  tx.ruleset.put(flagDocument(flag, configs));
  const environments = moved.map(({ name }) => name);
  const data = { flag_key: flag.key, changed: ['config' as const], environments, cause: 'schedule' as const };
  // Steps of several environments that began at the same moment are one fact, of none of them.
  const environmentId = moved.length === 1 ? idInEnvelopes(tx, moved[0]!.id) : undefined;
  tx.facts.add((version) => FlagUpdatedV1.of(origin, { ...data, version }, environmentId));
}

function recordState(tx: Change, { id: flagId, key }: Flag, config: FlagConfig, environment: string): void {
  const snapshot = configView(key, environment, config);
  const note = describeSteps(config.rules, tx.now);
  tx.history.add({
    flagId,
    environment: config.environment,
    version: config.version,
    snapshot,
    note,
    cause: 'schedule',
  });
}

async function moveStrategy(tx: Change, id: string, steps: Steps, origin: Origin): Promise<boolean> {
  const before = await tx.strategies.find(id);
  if (before === undefined || !steps.some(({ at }) => strategyStartsAt(before.body.schedule, at))) return false;
  const after = { ...before, step: (before.step ?? 0) + 1 };
  await tx.strategies.saveStep(after);
  tx.ruleset.put(strategyDocument(after));
  const data = { strategy_id: id, name: after.name, cause: 'schedule' as const };
  tx.facts.add((version) => StrategyUpdatedV1.of(origin, { ...data, version }));
  return true;
}
