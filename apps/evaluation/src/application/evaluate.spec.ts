import { PLATFORM, systemOrigin } from '#libs/contracts';
import { FixedClock, ManualRulesets } from '#libs/testing';
import { CompiledRulesets } from './compiled-rulesets.js';
import { Evaluate } from './evaluate.js';
import { EvaluationCounts } from './evaluation-counts.js';
import { aFlag, DEV } from './flag.spec-support.js';

const ORIGIN = systemOrigin('o1', 'c1');

async function setUp() {
  const reader = new ManualRulesets();
  const counts = new EvaluationCounts();
  await Promise.all([reader.require(PLATFORM), reader.require('o1')]);
  const rulesets = new CompiledRulesets(reader, counts);
  reader.put('o1', aFlag('a.flag'), aFlag('b.flag', { enabled: false }), aFlag('old.flag', { archived: true }));
  reader.put(PLATFORM);
  return { counts, evaluate: new Evaluate(rulesets, new FixedClock('2026-01-01T00:00:00.000Z')) };
}
const command = { environment: DEV, context: {} };

describe('Evaluate', () => {
  it('returns values, reasons, time and version for all flags that are not archived', async () => {
    const { evaluate } = await setUp();

    expect(await evaluate.execute(command, ORIGIN)).toMatchObject({
      results: [
        { flag_key: 'a.flag', value: true, reason: { rule_id: 'r1' }, version: 2 },
        { flag_key: 'b.flag', value: false, reason: { type: 'disabled' } },
      ],
      evaluated_at: '2026-01-01T00:00:00.000Z',
      version: `${ManualRulesets.EPOCH}.1.1`,
    });
  });

  it('returns the given flags only, without a trace by default', async () => {
    const { evaluate } = await setUp();
    const { results } = await evaluate.execute({ ...command, flags: ['b.flag', 'no.flag'] }, ORIGIN);

    expect(results.map(({ flag_key }) => flag_key)).toEqual(['b.flag']);
    expect(results[0]).not.toHaveProperty('trace');
  });

  it('adds a trace to each result with `explain`', async () => {
    const { evaluate } = await setUp();
    const { results } = await evaluate.execute({ ...command, flags: ['a.flag'], explain: true }, ORIGIN);

    expect(results[0]!.trace).toEqual(expect.arrayContaining([expect.anything()]));
  });

  it('counts what it evaluates, unless it is a dry run', async () => {
    const { evaluate, counts } = await setUp();
    await evaluate.execute({ ...command, flags: ['a.flag'], dry_run: true }, ORIGIN);
    expect(counts.take()).toEqual([]);

    await evaluate.execute({ ...command, flags: ['a.flag'] }, ORIGIN);
    expect(counts.take()).toMatchObject([
      { orgId: 'o1', environment: DEV, flagKey: 'a.flag', variant: 'on', count: 1 },
    ]);
  });

  it('refuses a context of another environment', async () => {
    const { evaluate } = await setUp();

    await expect(evaluate.execute({ ...command, context: { environment: 'prod' } }, ORIGIN)).rejects.toMatchObject({
      code: 'environment_mismatch',
    });
  });
});
