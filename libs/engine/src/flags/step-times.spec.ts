import type { StrategyDocument } from '#libs/contracts';
import { ScopeRuleset } from '../documents/scope-ruleset.js';
import { ScopeView } from './scope-view.js';
import { StepTimes } from './step-times.js';

const aStrategy = (id: string, ...starts: number[]): StrategyDocument => ({
  kind: 'strategy',
  id,
  name: id,
  version: 1,
  conditions: [],
  schedule: { steps: starts.map((at) => ({ percentage: 5, start_at: new Date(at).toISOString() })) },
});

function given(...strategies: StrategyDocument[]): { scope: ScopeRuleset; times: StepTimes } {
  const scope = new ScopeRuleset();
  scope.apply(strategies.map((document) => ({ ref: `strategy:${document.id}`, document })));
  const platform = new ScopeView(new ScopeRuleset(), undefined, 'prod', ['prod', '*']);
  return { scope, times: new StepTimes([platform, new ScopeView(scope, platform, 'prod', ['env'])]) };
}

describe('StepTimes', () => {
  it('returns the next start of any schedule', () => {
    const { times } = given(aStrategy('a', 3_000, 1_000), aStrategy('b', 2_000));

    expect([0, 1_000, 1_999, 2_000, 3_000].map((now) => times.next(now))).toEqual([
      1_000,
      2_000,
      2_000,
      3_000,
      undefined,
    ]);
  });

  it('returns a text that changes exactly at each start', () => {
    const { times } = given(aStrategy('a', 1_000, 2_000), aStrategy('b', 2_000));

    const texts = [999, 1_000, 1_999, 2_000, 9_000].map((now) => times.inForce(now));

    expect(texts).toEqual(['', '1@1000', '1@1000', '2@2000', '2@2000']);
  });

  it('returns no steps without schedules', () => {
    const { times } = given();

    expect([times.inForce(1_000), times.next(1_000)]).toEqual(['', undefined]);
  });

  it('includes schedules that were added later, and drops removed ones', () => {
    const { scope, times } = given(aStrategy('a', 1_000));
    expect(times.next(0)).toBe(1_000);

    scope.apply([{ ref: 'strategy:b', document: aStrategy('b', 500) }]);
    expect(times.next(0)).toBe(500);

    scope.apply([{ ref: 'strategy:b', document: null }]);
    expect(times.next(0)).toBe(1_000);
  });
});
