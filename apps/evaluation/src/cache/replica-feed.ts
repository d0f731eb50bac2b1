import type { RulesetVersion, Scope } from '#libs/contracts';
import type { RulesetReplica } from '#libs/rulesets';
import { RulesetFeed, type ScopeChange } from '../application/ports.js';

/** The process's replica as the feed of compiled rulesets. */
export class ReplicaFeed extends RulesetFeed {
  constructor(private readonly replica: RulesetReplica) {
    super();
  }

  override require(scope: Scope): Promise<void> {
    return this.replica.require(scope);
  }

  override reach(orgId: string, want: RulesetVersion, timeoutMs: number): Promise<boolean> {
    return this.replica.reach(orgId, want, timeoutMs);
  }

  override confirmedAt(): number {
    return this.replica.confirmedAt;
  }

  override onChange(listener: (change: ScopeChange) => void): void {
    this.replica.onUpdate(listener);
  }

  override touch(scope: Scope): void {
    this.replica.scopes.touch(scope);
  }

  override onEvicted(listener: (scope: Scope) => void): void {
    this.replica.scopes.onEvicted(listener);
  }
}
