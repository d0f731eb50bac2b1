import type { FlagDocument, RulesetDocument } from '#libs/contracts';
import { aFlag, aKillSwitch, NOON, rulesetOf } from '../ruleset.spec-support.js';
import type { EvaluationContext } from '../values/evaluation.js';
import type { Trace } from './trace.js';

function explain(flags: FlagDocument[], context: EvaluationContext = {}, others: RulesetDocument[] = []): Trace {
  const { scope, ruleset } = rulesetOf(...flags);
  scope.apply(others.map((document) => ({ ref: refOf(document), document })));
  return ruleset.explain(flags[0]!.key, context, NOON)!.trace;
}
const refOf = (document: RulesetDocument) =>
  `${document.kind}:${document.kind === 'strategy' ? document.id : 'key' in document ? document.key : ''}` as const;
const checks = (trace: Trace): readonly string[] => trace.map(({ check, result }) => `${check} ${result}`);

const isPro = { attribute: 'plan', operator: 'equals', value: 'pro' } as const;
const beta: RulesetDocument = {
  kind: 'segment',
  id: 's1',
  key: 'beta',
  included: ['u1'],
  excluded: ['u2'],
  conditions: [isPro],
  version: 2,
};

describe('the trace', () => {
  it.each<[string, FlagDocument, readonly string[]]>([
    ['an archived flag', aFlag('f', [{}], { archived: true }), ['flag archived', 'outcome off']],
    ['a broken flag', aFlag('f', [{}], { default_variant: 'none' }), ['flag invalid', 'outcome none']],
    ['a flag without config', aFlag('f', [{}], { configs: {} }), ['flag live', 'config absent', 'outcome off']],
    [
      'a disabled flag',
      aFlag('f', [], { configs: { env: { enabled: false, targets: {}, rules: [], version: 1 } } }),
      ['flag live', 'config disabled', 'outcome off'],
    ],
    [
      'a flag that admits by rule',
      aFlag('f', [{ percentage: 0 }, {}]),
      [
        'flag live',
        'config enabled',
        'kill_switch none',
        'target not_listed',
        'rule not_admitted',
        'rule admitted',
        'outcome on',
      ],
    ],
    [
      'a flag with a target',
      aFlag('f', [{}], { configs: { env: { enabled: true, targets: { on: ['u1'] }, rules: [], version: 1 } } }),
      ['flag live', 'config enabled', 'kill_switch none', 'target listed', 'outcome on'],
    ],
  ])('of %s ends with the check that decided', (_case, flag, expected) => {
    expect(checks(explain([flag], { user_id: 'u1' }))).toEqual(expected);
  });

  it('names the active kill switch', () => {
    const trace = explain([aFlag('f', [{}])], {}, [aKillSwitch('f')]);

    expect(trace[2]).toEqual({
      check: 'kill_switch',
      result: 'active',
      kill_switch_id: 'ks-1',
      key: 'stop',
      scope: 'organization',
    });
    expect(trace).toHaveLength(4);
  });

  it('contains the trace of a prerequisite once', () => {
    const required_variant = 'on';
    const flag = aFlag('f', [{}], {
      prerequisites: ['g', 'g', 'none'].map((flag_key) => ({ flag_key, required_variant })),
    });

    const steps = explain([flag, aFlag('g', [{}])]).filter((step) => step.check === 'prerequisite');

    expect(steps.map(({ flag_key, result }) => [flag_key, result])).toEqual([
      ['g', 'met'],
      ['g', 'met'],
      ['none', 'unmet'],
    ]);
    expect(steps.map(({ trace }) => trace?.at(-1)?.result)).toEqual(['on', undefined, undefined]);
  });

  it('reports a cycle of prerequisites', () => {
    const needing = (key: string, flag_key: string) =>
      aFlag(key, [{}], { prerequisites: [{ flag_key, required_variant: 'on' }] });

    expect(checks(explain([needing('f', 'g'), needing('g', 'f')]))).toContain('cycle found');
  });

  it('evaluates every node of a condition tree', () => {
    const conditions = { any: [isPro, { not: isPro }, { environment: ['prod'] }] };

    const rule = explain([aFlag('f', [{ conditions }])], { attributes: { plan: 'pro' } }).find(
      (step) => step.check === 'rule',
    );

    expect(rule?.conditions).toEqual({
      check: 'any',
      result: true,
      of: [
        { check: 'attribute', result: true, attribute: 'plan', operator: 'equals', expected: 'pro', actual: 'pro' },
        { check: 'not', result: false, of: expect.objectContaining({ check: 'attribute', result: true }) as unknown },
        { check: 'environment', result: true, expected: ['prod'], actual: 'prod' },
      ],
    });
  });

  it.each([
    ['u1', true, 'included'],
    ['u2', false, 'excluded'],
    ['u3', false, 'conditions'],
  ])('explains why %s is a member of a segment or not', (user_id, member, because) => {
    const conditions = [{ segment: 'beta', operator: 'in' as const }];

    const rule = explain([aFlag('f', [{ conditions }])], { user_id }, [beta]).find((step) => step.check === 'rule');

    expect(rule?.conditions).toMatchObject({ of: [{ check: 'segment', result: member, member, because, version: 2 }] });
  });

  it('explains a segment once, and a missing one as neither in nor not in', () => {
    const beIn = (segment: string) => ({ segment, operator: 'not_in' as const });
    const conditions = { any: [beIn('beta'), beIn('beta'), beIn('none')] };

    const rule = explain([aFlag('f', [{ conditions }])], { user_id: 'u1' }, [beta]).find(
      (step) => step.check === 'rule',
    );

    expect(rule?.conditions).toMatchObject({
      of: [
        { because: 'included' },
        { because: 'seen_above' },
        { because: 'missing_or_cyclic', result: false, member: null },
      ],
    });
  });

  it('reports the hash, the bucket and the threshold of a percentage', () => {
    const [admitted, excluded] = [90, 89].map(
      (percentage) =>
        explain([aFlag('f.one', [{ percentage }])], { user_id: 'user1' }).find((step) => step.check === 'rule')
          ?.percentage,
    );

    expect(admitted).toMatchObject({
      result: 'admitted',
      hash_input: 'f.one.user1',
      bucket: [89, 674],
      threshold: [90, 0],
    });
    expect(excluded).toMatchObject({ result: 'turned_away', threshold: [89, 0] });
  });

  it('reports the step of a schedule in force', () => {
    const percentageAt = (start_at: string) =>
      explain([aFlag('f', [{ schedule: { steps: [{ percentage: 100, start_at }] } }])]).find(
        (step) => step.check === 'rule',
      )?.percentage;

    expect(percentageAt('2025-06-01T14:00:00+02:00')).toEqual({
      check: 'percentage',
      percentage: 100,
      step: { start_at: '2025-06-01T12:00:00.000Z' },
      result: 'everyone',
    });
    expect(percentageAt('2025-06-01T12:00:01Z')).toEqual({
      check: 'percentage',
      percentage: 0,
      step: null,
      result: 'nobody',
    });
  });

  it('explains a rule by the strategy that it refers to', () => {
    const strategy = { kind: 'strategy', id: 'st', name: 'Pro', version: 5, conditions: [isPro] } as const;

    const [known, unknown] = [[strategy], []].map((others) =>
      explain([aFlag('f', [{ strategy_id: 'st' }])], { attributes: { plan: 'pro' } }, others).find(
        (step) => step.check === 'rule',
      ),
    );

    expect(known).toMatchObject({ result: 'admitted', strategy_id: 'st', strategy_version: 5 });
    expect(unknown).toEqual({ check: 'rule', result: 'unknown_strategy', rule_id: 'r0', strategy_id: 'st' });
  });
});
