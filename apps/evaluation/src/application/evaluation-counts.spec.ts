import type { Evaluation } from '#libs/engine';
import { EvaluationCounts } from './evaluation-counts.js';
import { DEV } from './flag.spec-support.js';

const outcome = (variant: string) => ({ flag_key: 'a.flag', variant, reason: { type: 'default' } }) as Evaluation;

describe('EvaluationCounts', () => {
  it('returns each outcome with its count, once', () => {
    const counts = new EvaluationCounts();
    const [on, off] = [outcome('on'), outcome('off')];
    const dev = counts.in('o1', DEV);
    dev.addAll([on, off, on]);
    dev.add(on);

    const common = { orgId: 'o1', environment: DEV, flagKey: 'a.flag', reason: 'default' };
    expect(counts.take()).toEqual([
      { ...common, variant: 'on', count: 3 },
      { ...common, variant: 'off', count: 1 },
    ]);
    expect(counts.take()).toEqual([]);
  });

  it('keeps the total of all counts taken, by kind of reason', () => {
    const counts = new EvaluationCounts();
    for (let i = 0; i < 2; i += 1) {
      counts.in('o1', DEV).add(outcome('on'));
      counts.take();
    }

    expect([...counts.byReason]).toEqual([['default', 2]]);
  });
});
