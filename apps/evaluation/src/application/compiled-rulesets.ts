import {
  formatVersion,
  joinVersions,
  PLATFORM,
  type RulesetDocument,
  type RulesetVersion,
  type Scope,
} from '#libs/contracts';
import { Ruleset, ScopeRuleset } from '#libs/engine';
import { EvaluationCounts, type Environment, type EnvironmentCounts } from './evaluation-counts.js';
import type { RulesetFeed, ScopeChange } from './ports.js';

/** How long an answer waits for a version that was asked for. */
const REACH_TIMEOUT_MS = 250;

/** One environment's ruleset at its version `<epoch>.<platform>.<org>`. Use both before the next await: they move together. */
export interface VersionedRuleset {
  readonly ruleset: Ruleset;
  readonly version: string;
  /** Where what is served of it is counted. */
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

/** Compiled rulesets in memory, moved by changes between two requests: a request sees one version. */
export class CompiledRulesets {
  readonly #scopes = new Map<Scope, Held>();
  readonly #organizations = new Map<string, OrganizationRulesets>();

  constructor(
    private readonly feed: RulesetFeed,
    private readonly counts = new EvaluationCounts(),
  ) {
    feed.onChange((change) => this.#apply(change));
    feed.onEvicted((scope) => this.#forget(scope));
  }

  /** At once when the organization is held; else after loading it. @throws AppError `not_initialised` */
  for(orgId: string, environment: Environment): VersionedRuleset | Promise<VersionedRuleset> {
    const platform = this.#scopes.get(PLATFORM);
    const organization = this.#scopes.get(orgId);
    if (platform === undefined || organization === undefined) return this.#load(orgId, environment);
    this.feed.touch(orgId);
    return this.#view(orgId, environment, platform, organization);
  }

  /** Whether `for` will stand at a version or later; waits and fetches for it. @throws AppError `not_initialised` */
  async reach(orgId: string, want: RulesetVersion): Promise<boolean> {
    await this.#require(orgId);
    return this.feed.reach(orgId, want, REACH_TIMEOUT_MS);
  }

  /** The documents behind `for`, which must have been called before: nothing is loaded here. */
  documents(orgId: string): { readonly platform: RulesetDocument[]; readonly organization: RulesetDocument[] } {
    const of = (scope: Scope): RulesetDocument[] => [...(this.#scopes.get(scope)?.documents.all() ?? [])];
    return { platform: of(PLATFORM), organization: of(orgId) };
  }

  /** Seconds since what is held was last known to be the newest; `undefined` while it is fresh. */
  staleSeconds(nowMs: number): number | undefined {
    const ageMs = nowMs - this.feed.confirmedAt();
    return ageMs > 5_000 ? Math.floor(ageMs / 1_000) : undefined;
  }

  async #load(orgId: string, environment: Environment): Promise<VersionedRuleset> {
    await this.#require(orgId);
    return this.#view(orgId, environment, this.#scopes.get(PLATFORM)!, this.#scopes.get(orgId)!);
  }

  /** The organization last: until the next I/O it is there, then it may be let go again. */
  async #require(orgId: string): Promise<void> {
    await this.feed.require(PLATFORM);
    await this.feed.require(orgId);
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

  #apply({ scope, epoch, version, changes }: ScopeChange): void {
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
