import { PLATFORM } from '#libs/contracts';
import { patternsIn } from '#libs/engine';
import { AppError, segmentsIn } from '#libs/kernel';
import type {
  Configs,
  ConfiguredFlag,
  ConfigUse,
  Dependent,
  Environments,
  Flags,
  KillSwitches,
  Segments,
  Stores,
  ReferringFlag,
  Targeting,
  Strategies,
} from '../../src/application/ports/stores.js';
import { byText } from '../../src/domain/by-text.js';
import type { Environment } from '../../src/domain/environment.js';
import type { Flag } from '../../src/domain/flags/flag.js';
import type { FlagConfig } from '../../src/domain/flags/flag-config.js';
import type { KillSwitch } from '../../src/domain/kill-switches/kill-switch.js';
import type { ReusableConditions } from '../../src/domain/targeting/pattern-budget.js';
import type { Segment } from '../../src/domain/targeting/segment.js';
import type { Strategy } from '../../src/domain/targeting/strategy.js';
import type { SoftDeleted, View } from './state.js';

export const storesOf = (view: View): Stores => ({
  flags: new InMemoryFlags(view),
  configs: new InMemoryConfigs(view),
  environments: new InMemoryEnvironments(view),
  killSwitches: new InMemoryKillSwitches(view),
  strategies: new InMemoryStrategies(view),
  segments: new InMemorySegments(view),
  targeting: new InMemoryTargeting(view),
});

function conflict(what: string): AppError {
  return new AppError('version_conflict', `${what} changed meanwhile; read it again`);
}

export function alreadyExists(): AppError {
  return new AppError('already_exists', 'There is an object with this key already');
}

abstract class InMemoryStore {
  constructor(protected readonly view: View) {}

  protected isOwn = ({ scope }: { readonly scope: string }): boolean => scope === this.view.scope;
  protected isInReach = ({ scope }: { readonly scope: string }): boolean =>
    scope === this.view.scope || scope === PLATFORM;
  /** What uses of an object are looked for in: the platform's objects may be used anywhere. */
  protected isSearched = (row: { readonly scope: string }): boolean =>
    this.view.scope === PLATFORM ? this.view.seesAll || row.scope === PLATFORM : this.isOwn(row);
}

class InMemoryFlags extends InMemoryStore implements Flags {
  async find(key: string): Promise<Flag | undefined> {
    return this.view.state.flags.find((flag) => this.isOwn(flag) && flag.key === key);
  }

  async count(): Promise<number> {
    return this.view.state.flags.filter(this.isOwn).length;
  }

  async insert(flag: Flag): Promise<void> {
    if ((await this.find(flag.key)) !== undefined) throw alreadyExists();
    this.view.state.flags = [...this.view.state.flags, flag];
  }

  async save(flag: Flag): Promise<void> {
    const stored = this.#stored(flag);
    if (stored?.version !== flag.version - 1) throw conflict(`The flag ${flag.key}`);
    this.view.state.flags = this.view.state.flags.map((other) => (other === stored ? flag : other));
  }

  async remove(flag: Flag): Promise<void> {
    const { state } = this.view;
    const stored = this.#stored(flag);
    if (stored?.version !== flag.version) throw conflict(`The flag ${flag.key}`);
    const isKept = ({ flagId }: { readonly flagId: string }): boolean => flagId !== flag.id;
    state.flags = state.flags.filter((other) => other !== stored);
    state.configs = state.configs.filter(isKept);
    state.history = state.history.filter(isKept);
    state.itemKeys = state.itemKeys.filter(isKept);
  }

  async variantsInReach(keys: readonly string[]): Promise<ReadonlyMap<string, readonly string[]>> {
    const live = this.view.state.flags.filter((flag) => this.isInReach(flag) && flag.archivedAt === undefined);
    const wanted = live.filter(({ key }) => keys.includes(key));
    const platformLast = wanted.toSorted((a, b) => Number(a.scope === PLATFORM) - Number(b.scope === PLATFORM));
    return new Map(platformLast.map(({ key, variants }) => [key, variants.map(({ name }) => name)]));
  }

  async prerequisiteGraph(): Promise<ReadonlyMap<string, readonly string[]>> {
    const live = this.view.state.flags.filter((flag) => this.isOwn(flag) && flag.archivedAt === undefined);
    return new Map(
      live
        .filter(({ prerequisites }) => prerequisites.length > 0)
        .map(({ key, prerequisites }) => [key, prerequisites.map(({ flag_key }) => flag_key)]),
    );
  }

  async dependents(key: string): Promise<readonly Dependent[]> {
    return this.view.state.flags
      .filter((flag) => this.isSearched(flag) && flag.archivedAt === undefined)
      .toSorted(byText((flag) => flag.key))
      .flatMap((flag) =>
        flag.prerequisites
          .filter(({ flag_key }) => flag_key === key)
          .map(({ required_variant }) => ({ scope: flag.scope, key: flag.key, requiredVariant: required_variant })),
      );
  }

  #stored({ id }: Flag): Flag | undefined {
    return this.view.state.flags.find((flag) => this.isOwn(flag) && flag.id === id);
  }
}

class InMemoryConfigs extends InMemoryStore implements Configs {
  async ofFlag(flagId: string): Promise<readonly FlagConfig[]> {
    return this.view.state.configs
      .filter((config) => this.isOwn(config) && config.flagId === flagId)
      .toSorted(byText((config) => config.environment))
      .map(({ scope: _scope, ...config }) => config);
  }

  async save(configs: readonly FlagConfig[]): Promise<void> {
    const { state, scope } = this.view;
    for (const config of configs) {
      const isSame = (other: FlagConfig): boolean =>
        other.flagId === config.flagId && other.environment === config.environment;
      const stored = state.configs.find(isSame);
      if (stored !== undefined && stored.version !== config.version - 1) throw conflict('The configuration');
      state.configs = [...state.configs.filter((other) => !isSame(other)), { ...config, scope }];
    }
  }

  async saveSteps(configs: readonly FlagConfig[]): Promise<void> {
    const { state } = this.view;
    const stepOf = new Map(configs.map(({ flagId, environment, step }) => [`${flagId} ${environment}`, step]));
    state.configs = state.configs.map((config) => {
      const step = stepOf.get(`${config.flagId} ${config.environment}`);
      return step === undefined || !this.isOwn(config) ? config : { ...config, step };
    });
  }

  async flagsIn(environment: string, limit: number): Promise<readonly ConfiguredFlag[]> {
    const { configs, flags } = this.view.state;
    return configs
      .filter((config) => this.isOwn(config) && config.environment === environment)
      .map(({ flagId: id }) => ({ id, key: flags.find((flag) => flag.id === id)!.key }))
      .toSorted(byText(({ id }) => id))
      .slice(0, limit);
  }

  async remove(environment: string, flagIds: readonly string[]): Promise<void> {
    const isGone = (config: FlagConfig & { readonly scope: string }): boolean =>
      this.isOwn(config) && config.environment === environment && flagIds.includes(config.flagId);
    this.view.state.configs = this.view.state.configs.filter((config) => !isGone(config));
  }

  usingStrategy(strategyId: string): Promise<readonly ConfigUse[]> {
    return this.#uses(({ rules }) => rules.some(({ strategy_id }) => strategy_id === strategyId));
  }

  usingSegment(key: string): Promise<readonly ConfigUse[]> {
    return this.#uses(({ rules }) => rules.some(({ conditions }) => segmentsIn(conditions).includes(key)));
  }

  async #uses(isUse: (config: FlagConfig) => boolean): Promise<readonly ConfigUse[]> {
    const { environments, flags, configs } = this.view.state;
    const archived = new Set(flags.filter(({ archivedAt }) => archivedAt !== undefined).map(({ id }) => id));
    const deleted = new Set(environments.filter(({ isDeleted }) => isDeleted).map(({ id }) => id));
    return configs
      .filter((config) => this.isSearched(config) && isUse(config) && !archived.has(config.flagId))
      .filter(({ scope, environment }) => scope === PLATFORM || !deleted.has(environment))
      .map(({ flagId, environment }) => ({ flagKey: flags.find(({ id }) => id === flagId)!.key, environment }))
      .toSorted(byText(({ flagKey, environment }) => `${flagKey} ${environment}`));
  }
}

class InMemoryEnvironments extends InMemoryStore implements Environments {
  async list(): Promise<readonly Environment[]> {
    return this.view.state.environments
      .filter((environment) => this.isOwn(environment) && !environment.isDeleted)
      .toSorted((a, b) => a.position - b.position || byText<Environment>(({ name }) => name)(a, b));
  }

  async findById(id: string): Promise<Environment | undefined> {
    return this.view.state.environments.find((environment) => this.isOwn(environment) && environment.id === id);
  }

  async save(environment: Environment): Promise<void> {
    const { state } = this.view;
    state.environments = [...state.environments.filter(({ id }) => id !== environment.id), environment];
  }
}

interface Versioned {
  readonly id: string;
  readonly scope: string;
  readonly name: string;
  readonly key?: string;
  readonly version: number;
}

abstract class InMemorySoftDeleted<T extends Versioned> extends InMemoryStore {
  protected abstract rows: readonly SoftDeleted<T>[];

  async find(keyOrId: string): Promise<T | undefined> {
    return this.live(this.isOwn).find(({ id, key = id }) => key === keyOrId);
  }

  async findInReach(keyOrId: string): Promise<T | undefined> {
    const found = this.live(this.isInReach).filter(({ id, key = id }) => key === keyOrId);
    return found.find(this.isOwn) ?? found[0];
  }

  async insert(object: T): Promise<void> {
    if ((await this.find(object.key ?? object.id)) !== undefined) throw alreadyExists();
    this.rows = [...this.rows, object];
  }

  async save(object: T): Promise<void> {
    const stored = this.#stored(object);
    if (stored?.version !== object.version - 1) throw conflict(`The ${object.key ?? object.name}`);
    this.rows = this.rows.map((other) => (other === stored ? object : other));
  }

  async remove(object: T, at: Date): Promise<void> {
    const stored = this.#stored(object);
    if (stored === undefined) throw conflict(`The ${object.key ?? object.name}`);
    this.rows = this.rows.map((other) => (other === stored ? { ...stored, deletedAt: at } : other));
  }

  protected live(isIncluded: (row: T) => boolean): readonly T[] {
    return this.rows.filter((row) => isIncluded(row) && row.deletedAt === undefined);
  }

  #stored({ id }: T): SoftDeleted<T> | undefined {
    return this.live(this.isOwn).find((row) => row.id === id);
  }
}

class InMemoryKillSwitches extends InMemorySoftDeleted<KillSwitch> implements KillSwitches {
  protected get rows() {
    return this.view.state.killSwitches;
  }
  protected set rows(rows) {
    this.view.state.killSwitches = rows;
  }
}

class InMemoryStrategies extends InMemorySoftDeleted<Strategy> implements Strategies {
  protected get rows() {
    return this.view.state.strategies;
  }
  protected set rows(rows) {
    this.view.state.strategies = rows;
  }

  async saveStep({ id, step }: Strategy): Promise<void> {
    this.rows = this.rows.map((row) => (row.id === id && this.isOwn(row) ? { ...row, step } : row));
  }

  async inReach(ids: readonly string[]): Promise<ReadonlySet<string>> {
    return new Set(
      this.live(this.isInReach)
        .map(({ id }) => id)
        .filter((id) => ids.includes(id)),
    );
  }

  async usingSegment(key: string): Promise<readonly string[]> {
    return this.live(this.isSearched)
      .filter(({ body }) => segmentsIn(body.conditions).includes(key))
      .map(({ id }) => id)
      .toSorted();
  }
}

class InMemorySegments extends InMemorySoftDeleted<Segment> implements Segments {
  protected get rows() {
    return this.view.state.segments;
  }
  protected set rows(rows) {
    this.view.state.segments = rows;
  }

  async count(): Promise<number> {
    return this.live(this.isOwn).length;
  }

  async inReach(keys: readonly string[]): Promise<ReadonlySet<string>> {
    return new Set(
      this.live(this.isInReach)
        .map(({ key }) => key)
        .filter((key) => keys.includes(key)),
    );
  }

  async using(key: string): Promise<readonly string[]> {
    return this.live(this.isSearched)
      .filter(({ conditions }) => segmentsIn(conditions).includes(key))
      .map((segment) => segment.key)
      .toSorted();
  }

  async graph(): Promise<ReadonlyMap<string, readonly string[]>> {
    const edges = this.live(this.isOwn).map(({ key, conditions }) => [key, segmentsIn(conditions)] as const);
    return new Map(edges.filter(([, used]) => used.length > 0));
  }
}

class InMemoryTargeting extends InMemoryStore implements Targeting {
  async reusable(): Promise<readonly ReusableConditions[]> {
    const { strategies, segments } = this.view.state;
    const isVisible = (row: { readonly scope: string; readonly deletedAt?: Date }): boolean =>
      (this.isInReach(row) || this.isSearched(row)) && row.deletedAt === undefined;
    return [
      ...strategies
        .filter(isVisible)
        .map(({ scope, id, body }) => ({ scope, kind: 'strategy' as const, name: id, conditions: body.conditions })),
      ...segments
        .filter(isVisible)
        .map(({ scope, key, conditions }) => ({ scope, kind: 'segment' as const, name: key, conditions })),
    ].filter(({ conditions }) => patternsIn(conditions).length + segmentsIn(conditions).length > 0);
  }

  async flagsWithReferences(): Promise<readonly ReferringFlag[]> {
    const { configs, environments, flags } = this.view.state;
    const deleted = new Set(environments.filter(({ isDeleted }) => isDeleted).map(({ id }) => id));
    return configs
      .filter((config) => this.isSearched(config) && !deleted.has(config.environment))
      .filter(({ rules }) => rules.some((rule) => rule.strategy_id ?? segmentsIn(rule.conditions)[0]))
      .flatMap(({ flagId, scope, rules }) => {
        const flag = flags.find(({ id }) => id === flagId)!;
        return flag.archivedAt === undefined ? [{ scope, key: flag.key, rules }] : [];
      })
      .toSorted(byText(({ key }) => key));
  }
}
