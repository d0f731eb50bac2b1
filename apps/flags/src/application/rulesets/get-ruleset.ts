import type { RulesetPage, Scope } from '#libs/contracts';
import type { RulesetRefresh, Rulesets } from '../ports/rulesets.js';

export class GetRuleset {
  constructor(
    private readonly rulesets: Pick<Rulesets, 'page'>,
    private readonly cache: RulesetRefresh,
  ) {}

  /** A request for a first page means that Redis had no usable copy: it is written again, in the background. */
  async execute({ scope, after }: { scope: Scope; after?: string }): Promise<RulesetPage> {
    const page = await this.rulesets.page(scope, after);
    if (after === undefined) void this.cache.refresh(scope);
    return page;
  }
}
