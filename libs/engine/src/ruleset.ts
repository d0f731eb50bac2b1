import { plainContext } from './conditions/attributes.js';
import { Run } from './conditions/condition-test.js';
import type { ChangeLog, Touched } from './documents/change-log.js';
import type { ScopeRuleset } from './documents/scope-ruleset.js';
import { explainFlag } from './explain/explain-flag.js';
import type { Trace } from './explain/trace.js';
import { FlagEntry, type FlagTable, type Owner, type ScopedKillSwitch } from './flags/flag-table.js';
import { Prerequisites } from './flags/prerequisites.js';
import { platformView, ScopeView } from './flags/scope-view.js';
import { LiveKeys } from './flags/live-keys.js';
import { StepTimes } from './flags/step-times.js';
import type { Evaluation, EvaluationContext } from './values/evaluation.js';
import { bulkAllowance, MAX_PATTERNS, MAX_WORK, OverBudget, type WorkAllowance } from './values/work.js';

export interface Explanation {
  readonly evaluation: Evaluation;
  readonly trace: Trace;
}

/**
 * The flags of one environment of one organization, including those of the platform. Create one per environment and keep
 * it: it compiles flags when they are first needed and follows changes of both scopes. Evaluation is synchronous, so one
 * call sees one state. It never throws, whatever the documents and the context contain.
 */
export class Ruleset {
  private readonly views: Readonly<Record<Owner, ScopeView>>;
  private readonly run = new Run();
  private readonly table: FlagTable = new Map();
  private readonly prerequisites: Prerequisites;
  private readonly keys = new LiveKeys(() => this.collectLiveKeys());
  private readonly steps: StepTimes;
  private readonly platformLog: ChangeLog;
  private readonly organizationLog: ChangeLog;
  /** The entries of the live flags in the order of keys. `undefined` where a flag changed since it was last evaluated. */
  private live: (FlagEntry | undefined)[] | undefined;
  /** Revisions of the scopes that are applied. */
  private platformRevision: number;
  private organizationRevision: number;

  /** @param environment its id selects the configs of organization flags, its name those of platform flags */
  constructor(
    private readonly platform: ScopeRuleset,
    private readonly organization: ScopeRuleset,
    readonly environment: { readonly id: string; readonly name: string },
  ) {
    const shared = platformView(platform, environment.name);
    this.views = {
      platform: shared,
      organization: new ScopeView(organization, shared, environment.name, [environment.id]),
    };
    this.views.organization.sync();
    this.prerequisites = new Prerequisites(this.run, (key) => this.entry(key));
    this.steps = new StepTimes([this.views.platform, this.views.organization]);
    this.platformLog = platform.log;
    this.organizationLog = organization.log;
    this.platformRevision = platform.log.revision;
    this.organizationRevision = organization.log.revision;
  }

  /**
   * Returns the outcome for a context, or `undefined` for an unknown flag. An archived flag returns its default variant with
   * reason `error`.
   * @param now unix milliseconds
   * @param allowance shared by the flags of one answer; each takes from it what it used
   */
  evaluate(
    flagKey: string,
    context: EvaluationContext,
    now: number,
    allowance?: WorkAllowance,
  ): Evaluation | undefined {
    if (this.isBehind()) this.sync();
    const entry = this.table.get(flagKey) ?? this.entry(flagKey);
    if (entry === undefined) return undefined;
    if (entry.fixed !== undefined) return entry.fixed;
    this.begin(now);
    const plain = plainContext(context);
    return allowance === undefined ? this.decide(entry, plain, MAX_WORK) : this.decideWithin(allowance, entry, plain);
  }

  /** The outcomes of all live flags in the order of keys. A live platform flag hides an organization's flag of the same key. */
  evaluateAll(context: EvaluationContext, now: number): Evaluation[] {
    if (this.isBehind()) this.sync();
    const live = (this.live ??= new Array<FlagEntry | undefined>(this.keys.sorted.length).fill(undefined));
    const evaluations = new Array<Evaluation>(live.length);
    const plain = plainContext(context);
    const allowance = bulkAllowance();
    this.begin(now);
    for (let i = 0; i < live.length; i++) {
      const entry = (live[i] ??= this.entry(this.keys.sorted[i]!)!);
      evaluations[i] = entry.fixed ?? this.decideWithin(allowance, entry, plain);
    }
    return evaluations;
  }

  /** Keys of the live flags, in order. */
  flagKeys(): readonly string[] {
    if (this.isBehind()) this.sync();
    return this.keys.sorted;
  }

  /** A text that changes exactly when a step of any schedule starts, for ETags. `now` in unix milliseconds. */
  stepInForce(now: number): string {
    return this.steps.inForce(now);
  }

  /** Unix milliseconds at which the next step of any schedule starts. `undefined` when there is none. */
  nextStepAt(now: number): number | undefined {
    return this.steps.next(now);
  }

  /** The outcome with the checks that led to it (specification 04, "Explain"). `undefined` for an unknown flag. */
  explain(
    flagKey: string,
    context: EvaluationContext,
    now: number,
    allowance = bulkAllowance(),
  ): Explanation | undefined {
    const evaluation = this.evaluate(flagKey, context, now, allowance);
    if (evaluation === undefined) return undefined;
    const run = new Run();
    run.now = now;
    run.remaining = run.patterns = allowance.left;
    const state = { context: plainContext(context), run, seen: new Set() };
    const explained = {
      inspect: (key: string) => this.inspect(key),
      evaluate: (key: string) => this.evaluate(key, context, now, allowance),
      killSwitch: (key: string) => this.killSwitch(key),
    };
    const trace = explainFlag(flagKey, explained, state);
    allowance.left = Math.min(allowance.left, run.remaining);
    return { evaluation, trace };
  }

  private inspect(flagKey: string): { entry: FlagEntry; view: ScopeView } | undefined {
    const entry = this.entry(flagKey);
    return entry && { entry, view: this.views[entry.owner] };
  }

  private begin(now: number): void {
    this.run.now = now;
    this.run.epoch++;
  }

  private decideWithin(allowance: WorkAllowance, entry: FlagEntry, context: EvaluationContext): Evaluation {
    const work = Math.min(MAX_WORK, allowance.left);
    const evaluation = this.decide(entry, context, work);
    allowance.left -= work - this.run.remaining;
    return evaluation;
  }

  private decide(entry: FlagEntry, context: EvaluationContext, work: number): Evaluation {
    const { run } = this;
    run.remaining = work;
    run.patterns = MAX_PATTERNS;
    try {
      return entry.decide(context, run);
    } catch (error) {
      this.prerequisites.reset();
      run.epoch++;
      const { outcomes } = entry.flag;
      return error instanceof OverBudget ? outcomes.overBudget : outcomes.unevaluable;
    }
  }

  private entry(key: string): FlagEntry | undefined {
    const known = this.table.get(key);
    if (known !== undefined) return known;
    const owner = this.ownerOf(key);
    const flag = owner && this.views[owner].flag(key);
    if (owner === undefined || flag === undefined) return undefined;
    const entry = new FlagEntry(key, owner, flag, this.killSwitch(key));
    if (entry.fixed === undefined && flag.requirements.length > 0) {
      entry.decide = (context) => this.prerequisites.decide(entry, context);
    }
    this.table.set(key, entry);
    return entry;
  }

  /** A live platform flag takes precedence over the organization's flag, live or archived; an archived platform flag does not. */
  private ownerOf(key: string): Owner | undefined {
    if (this.platform.isLiveFlag(key)) return 'platform';
    if (this.organization.document('flag', key) !== undefined) return 'organization';
    return this.platform.document('flag', key) === undefined ? undefined : 'platform';
  }

  /** The first active kill switch that names the flag, in the order of keys; those of the platform take precedence. */
  private killSwitch(flagKey: string): ScopedKillSwitch | undefined {
    const shared = this.platform.killSwitch(flagKey);
    if (shared !== undefined) return { ...shared, scope: 'platform' };
    const own = this.organization.killSwitch(flagKey);
    return own && { ...own, scope: 'organization' };
  }

  private *collectLiveKeys(): IterableIterator<string> {
    for (const { scope } of [this.views.platform, this.views.organization]) {
      for (const key of scope.names('flag')) if (scope.isLiveFlag(key)) yield key;
    }
  }

  private isBehind(): boolean {
    const { platformLog, organizationLog } = this;
    return this.platformRevision !== platformLog.revision || this.organizationRevision !== organizationLog.revision;
  }

  private sync(): void {
    this.views.organization.sync();
    this.prerequisites.relink();
    this.forget(this.platform.log.since(this.platformRevision));
    this.forget(this.organization.log.since(this.organizationRevision));
    this.platformRevision = this.platform.log.revision;
    this.organizationRevision = this.organization.log.revision;
  }

  /** Drops the changed flag from the list of live entries, or the whole list if the set of live flags changed. */
  private updateLive(flagKey: string): void {
    const isLive = this.platform.isLiveFlag(flagKey) || this.organization.isLiveFlag(flagKey);
    const at = this.keys.set(flagKey, isLive);
    if (at === 'list_changed') this.live = undefined;
    else if (at !== 'absent' && this.live !== undefined) this.live[at] = undefined;
  }

  private forget(touched: readonly Touched[] | undefined): void {
    if (touched === undefined) {
      this.table.clear();
      this.keys.reset();
      this.live = undefined;
      return;
    }
    for (const { kind, name } of touched) {
      if (kind !== 'flag' && kind !== 'kill_switch') continue;
      this.table.delete(name);
      this.updateLive(name);
    }
  }
}
