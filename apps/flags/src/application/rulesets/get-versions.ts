import type { Scope, ScopeVersion } from '#libs/contracts';
import type { Rulesets } from '../ports/rulesets.js';

export class GetVersions {
  constructor(private readonly rulesets: Rulesets) {}

  async execute({ scopes }: { scopes: readonly Scope[] }): Promise<{ versions: readonly ScopeVersion[] }> {
    return { versions: await this.rulesets.versions(scopes) };
  }
}
