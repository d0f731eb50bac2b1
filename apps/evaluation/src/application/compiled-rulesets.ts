import {
  formatVersion,
  joinVersions,
  PLATFORM,
  type RulesetDocument,
  type RulesetVersion,
  type Scope,
} from '#libs/contracts';
import { Ruleset, ScopeRuleset } from '#libs/engine';
import type { RulesetReader, RulesetUpdate } from '#libs/rulesets';
import { EvaluationCounts, type Environment, type EnvironmentCounts } from './evaluation-counts.js';

/** How long an answer waits for the version that the client asked for. */
const REACH_TIMEOUT_MS = 250;

/** One environment's ruleset at its version `<epoch>.<platform>.<org>`. Use both before the next await: they move together. */
export interface VersionedRuleset {
  readonly ruleset: Ruleset;
  readonly version: string;
  /** Counts the evaluations served from it. */
  readonly counts: EnvironmentCounts;
}
interface Held {
  readonly documents: ScopeRuleset;
  epoch: string;
  version: number;
}
interface EnvironmentRuleset {
  readonly ruleset: Ruleset;
  readonly counts: EnvironmentCounts;
}
interface OrganizationRulesets {
  readonly byEnvironment: Map<string, EnvironmentRuleset>;
  versionText: string;
}

/** Compiled rulesets in memory. Changes are applied between two requests: a request sees one version. */
export class CompiledRulesets {
  readonly #scopes = new Map<Scope, Held>();
  readonly #organizations = new Map<string, OrganizationRulesets>();

  constructor(
    private readonly reader: RulesetReader,
    private readonly counts = new EvaluationCounts(),
  ) {
    reader.onUpdate((update) => this.#apply(update));
    reader.onEvicted((scope) => this.#forget(scope));
  }

  /** The ruleset of an environment: without a promise when it is in memory, else after loading it. @throws AppError `not_initialised` */
  for(orgId: string, environment: Environment): VersionedRuleset | Promise<VersionedRuleset> {
    const platform = this.#scopes.get(PLATFORM);
    const organization = this.#scopes.get(orgId);
    if (platform === undefined || organization === undefined) return this.#load(orgId, environment);
    this.reader.touch(orgId);
    return this.#view(orgId, environment, platform, organization);
  }

  /** Whether `for` will return this version or a later one. Waits for it, then fetches. @throws AppError `not_initialised` */
  async reach(orgId: string, want: RulesetVersion): Promise<boolean> {
    await this.#require(orgId);
    return this.reader.reach(orgId, want, REACH_TIMEOUT_MS);
  }

  /** The documents behind the last result of `for`; loads nothing. */
  documents(orgId: string): { readonly platform: RulesetDocument[]; readonly organization: RulesetDocument[] } {
    const of = (scope: Scope): RulesetDocument[] => [...(this.#scopes.get(scope)?.documents.all() ?? [])];
    return { platform: of(PLATFORM), organization: of(orgId) };
  }

  /** Seconds since the versions held were last confirmed to be the newest; `undefined` up to 5 s. */
  staleSeconds(nowMs: number): number | undefined {
    const ageMs = nowMs - this.reader.confirmedAt;
    return ageMs > 5_000 ? Math.floor(ageMs / 1_000) : undefined;
  }

  async #load(orgId: string, environment: Environment): Promise<VersionedRuleset> {
    await this.#require(orgId);
    return this.#view(orgId, environment, this.#scopes.get(PLATFORM)!, this.#scopes.get(orgId)!);
  }

  /** The organization last: it cannot be evicted before the next I/O. */
  async #require(orgId: string): Promise<void> {
    await this.reader.require(PLATFORM);
    await this.reader.require(orgId);
  }

  #forget(scope: Scope): void {
    this.#scopes.delete(scope);
    this.#organizations.delete(scope);
  }

  #view(orgId: string, environment: Environment, platform: Held, organization: Held): VersionedRuleset {
    let own = this.#organizations.get(orgId);
    if (own === undefined) this.#organizations.set(orgId, (own = { byEnvironment: new Map(), versionText: '' }));
    let one = own.byEnvironment.get(environment.id);
    if (one === undefined) {
      const ruleset = new Ruleset(platform.documents, organization.documents, environment);
      one = { ruleset, counts: this.counts.in(orgId, environment) };
      own.byEnvironment.set(environment.id, one);
    }
    if (own.versionText === '') own.versionText = formatVersion(joinVersions(platform, organization));
    return { ruleset: one.ruleset, counts: one.counts, version: own.versionText };
  }

  #apply({ scope, epoch, version, changes }: RulesetUpdate): void {
    const held = this.#scopes.get(scope) ?? { documents: new ScopeRuleset(), epoch, version };
    held.documents.apply(changes);
    held.epoch = epoch;
    held.version = version;
    this.#scopes.set(scope, held);
    if (scope === PLATFORM) for (const own of this.#organizations.values()) own.versionText = '';
    else this.#forgetVersion(scope);
  }

  #forgetVersion(orgId: string): void {
    const own = this.#organizations.get(orgId);
    if (own !== undefined) own.versionText = '';
  }
}
