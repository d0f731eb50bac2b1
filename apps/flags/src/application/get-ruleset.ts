import type { RulesetPage, Scope } from '#libs/contracts';
import type { RulesetRefresh, Rulesets } from './ports.js';

export class GetRuleset {
  constructor(
    private readonly rulesets: Rulesets,
    private readonly cache: RulesetRefresh,
  ) {}

  /** Who asks for a first page found nothing good in Redis, so it is written again; nobody waits for that. */
  async execute({ scope, after }: { scope: Scope; after?: string }): Promise<RulesetPage> {
    const page = await this.rulesets.page(scope, after);
    if (after === undefined) void this.cache.refresh(scope);
    return page;
  }
}
