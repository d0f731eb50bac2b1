import type { RulesetPage, Scope } from '#libs/contracts';
import type { RulesetRefresh, Rulesets } from './ports.js';

export class GetRuleset {
  constructor(
    private readonly rulesets: Rulesets,
    private readonly cache: RulesetRefresh,
  ) {}

  /** Who asks for a first page found nothing good in Redis, so it is written again; nobody waits for that. */
  execute({ scope, after }: { scope: Scope; after?: string }): Promise<RulesetPage> {
    if (after === undefined) void this.cache.refresh(scope);
    return this.rulesets.page(scope, after);
  }
}
