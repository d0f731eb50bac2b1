import type { RulesetPage } from '#libs/contracts';
import { GetRuleset } from './get-ruleset.js';

const page: RulesetPage = { scope: 'o1', epoch: 'e1', version: 1, documents: [], next: null };

describe('GetRuleset', () => {
  it('refreshes Redis for a first page, which was asked for because Redis had no usable copy', async () => {
    const refreshed: string[] = [];
    const cache = {
      refresh: async (scope: string) => void refreshed.push(scope),
      held: async () => [],
      connections: 1,
      wasEmptied: async () => false,
    };
    const getRuleset = new GetRuleset({ page: async () => page }, cache);

    expect(await getRuleset.execute({ scope: 'o1' })).toBe(page);
    expect(await getRuleset.execute({ scope: 'o1', after: 'flag:a' })).toBe(page);

    expect(refreshed).toEqual(['o1']);
  });
});
