import type { EvaluationCountedV1, FactOf } from '#libs/contracts';
import type { Evaluation } from '#libs/engine';
import { createLogger } from '#libs/observability';
import { FactPublisher, type PublishOptions } from '#libs/facts';
import { CountingIds, FixedClock } from '#libs/testing';
import { EvaluationCounts } from '../application/evaluation-counts.js';
import { UsageReporter } from './usage-reporter.js';

type Counted = FactOf<typeof EvaluationCountedV1>;

/** A stream that stores each id once; requests to it or answers from it may be lost. */
class Stream extends FactPublisher {
  readonly stored = new Map<string, Counted>();
  network: 'up' | 'away' | 'answers_lost' = 'up';
  override publish(subject: string, payload: string, { msgId }: PublishOptions): Promise<void> {
    if (this.network === 'away') return Promise.reject(new Error('away'));
    if (!this.stored.has(msgId)) this.stored.set(msgId, JSON.parse(payload) as Counted);
    expect(subject).toBe(`evaluation.counted.${this.stored.get(msgId)!.org_id}`);
    return this.network === 'up' ? Promise.resolve() : Promise.reject(new Error('timeout'));
  }
  facts(org = 'o1'): Counted[] {
    return [...this.stored.values()].filter(({ org_id }) => org_id === org);
  }
  sum(org = 'o1'): number {
    return this.facts(org)
      .flatMap(({ data }) => data.counts)
      .reduce((total, { count }) => total + count, 0);
  }
}
const DEV = { id: 'e1', name: 'dev' };
const served = (flag_key: string, variant: string, type: 'default' | 'target' = 'default') =>
  ({ flag_key, variant, reason: { type } }) as Evaluation;

describe('UsageReporter', () => {
  let stream: Stream;
  let counts: EvaluationCounts;
  let reporter: UsageReporter;
  beforeEach(() => {
    stream = new Stream();
    counts = new EvaluationCounts();
    const logger = createLogger({ service: 'test', level: 'silent' });
    const [clock, ids] = [new FixedClock('2026-01-01T00:00:05.000Z'), new CountingIds()];
    reporter = new UsageReporter({ counts, publisher: stream, clock, ids, logger, source: 'evaluation' });
  });

  it('adds counts up by flag, environment, variant and kind of reason, in one fact per organization', async () => {
    const [dev, prod] = [counts.in('o1', DEV), counts.in('o1', { id: 'e2', name: 'prod' })];
    const on = served('a.flag', 'on');
    for (const one of [on, on, served('a.flag', 'on'), served('a.flag', 'on', 'target'), served('b.flag', 'off')])
      dev.add(one);
    prod.addAll([on]);
    counts.in('o2', DEV).add(on);
    await reporter.publish();

    const a = { flag_key: 'a.flag', environment_id: 'e1', environment: 'dev', variant: 'on', reason: 'default' };
    expect(stream.facts()).toMatchObject([
      {
        type: 'evaluation.counted',
        metadata: { source: 'evaluation' },
        data: { from: '2026-01-01T00:00:00.000Z', to: '2026-01-01T00:00:05.000Z' },
      },
    ]);
    expect(stream.facts()[0]!.data.counts).toEqual([
      { ...a, count: 3 },
      { ...a, reason: 'target', count: 1 },
      { ...a, flag_key: 'b.flag', variant: 'off', count: 1 },
      { ...a, environment_id: 'e2', environment: 'prod', count: 1 },
    ]);
    expect(stream.sum('o2')).toBe(1);
  });

  it('publishes each count once, and nothing while nothing was evaluated', async () => {
    counts.in('o1', DEV).add(served('a.flag', 'on'));
    await reporter.publish();
    await reporter.publish();
    await reporter.stop();

    expect(stream.stored.size).toBe(1);
  });

  it.each(['away', 'answers_lost'] as const)(
    'neither loses nor doubles a count when the bus is %s for minutes',
    async (how) => {
      const dev = counts.in('o1', DEV);
      for (let period = 0; period < 60; period += 1) {
        stream.network = period >= 5 && period < 50 ? how : 'up';
        for (let i = 0; i < 10; i += 1) dev.add(served('a.flag', i < 5 ? 'on' : 'off'));
        await reporter.publish();
      }

      expect(stream.sum()).toBe(600);
      // The 45 periods that waited are published in one fact, or in two when one was underway.
      expect(stream.stored.size).toBeLessThanOrEqual(17);
    },
  );

  it('publishes the rest at stop, also when the bus returns a moment later', async () => {
    counts.in('o1', DEV).add(served('a.flag', 'on'));
    stream.network = 'away';
    const stopping = reporter.stop(1);
    await new Promise((resolve) => setImmediate(resolve));
    stream.network = 'up';
    await stopping;

    expect(stream.sum()).toBe(1);
  });

  it('splits many counts into several facts', async () => {
    const dev = counts.in('o1', DEV);
    for (let i = 0; i < 12_000; i += 1) dev.add(served(`flag.${i}`, 'on'));
    await reporter.publish();

    expect(stream.facts().map(({ data }) => data.counts.length)).toEqual([5_000, 5_000, 2_000]);
    expect(stream.sum()).toBe(12_000);
  });
});
