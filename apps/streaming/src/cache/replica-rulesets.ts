import type { RulesetVersion, Scope } from '#libs/contracts';
import { emptyScope, type RulesetReplica } from '#libs/rulesets';
import { Rulesets, type HeldScope, type ScopeUpdate } from '../application/ports.js';

/** How long a reader who comes from elsewhere waits for the version it was told there. */
const REACH_TIMEOUT_MS = 250;

/** The process's replica as the rulesets behind the streams. */
export class ReplicaRulesets extends Rulesets {
  constructor(private readonly replica: RulesetReplica) {
    super();
  }

  override require(scope: Scope): Promise<void> {
    return this.replica.require(scope);
  }

  override async reach(orgId: Scope, want: RulesetVersion): Promise<void> {
    await this.replica.reach(orgId, want, REACH_TIMEOUT_MS);
  }

  override get(scope: Scope): HeldScope {
    return this.replica.get(scope) ?? emptyScope(scope);
  }

  override confirmedAt(): number {
    return this.replica.confirmedAt;
  }

  override onUpdate(listener: (update: ScopeUpdate) => void): void {
    this.replica.onUpdate(listener);
  }

  override keepWhile(isInUse: (scope: Scope) => boolean): void {
    this.replica.scopes.keepWhile(isInUse);
  }

  override onEvicted(listener: (scope: Scope) => void): void {
    this.replica.scopes.onEvicted(listener);
  }
}
