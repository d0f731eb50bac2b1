import { aFlag, aKillSwitch, NOON, rulesetOf } from './ruleset.spec-support.js';

describe('Ruleset', () => {
  it('returns the same frozen object for the same outcome', () => {
    const { ruleset } = rulesetOf(aFlag('f.one', [{ conditions: [], percentage: 50 }]));

    const first = ruleset.evaluate('f.one', { user_id: 'user3' }, NOON);

    expect(ruleset.evaluate('f.one', { user_id: 'user3' }, NOON)).toBe(first);
    expect(Object.isFrozen(first)).toBe(true);
  });

  it('returns the version of the flag plus that of its config', () => {
    const { ruleset } = rulesetOf(aFlag('f.one', []), aFlag('f.none', [], { configs: {} }));

    const versions = ruleset.evaluateAll({}, NOON).map(({ version, flagVersion }) => [version, flagVersion]);

    expect(versions).toEqual([
      [3, 3],
      [7, 3],
    ]);
  });

  it('returns undefined for an unknown flag', () => {
    const { ruleset } = rulesetOf();

    expect(ruleset.evaluate('f.none', {}, NOON)).toBeUndefined();
    expect(ruleset.explain('f.none', {}, NOON)).toBeUndefined();
  });

  it('compiles only the flag that changed', () => {
    const { scope, ruleset } = rulesetOf(aFlag('f.one', []), aFlag('f.two', []));
    const [before] = ruleset.evaluateAll({}, NOON);

    scope.apply([{ ref: 'flag:f.two', document: aFlag('f.two', [], { version: 4 }) }]);
    const [after, changed] = ruleset.evaluateAll({}, NOON);

    expect(after).toBe(before);
    expect(changed?.version).toBe(8);
  });

  it('applies more changes than the change log keeps', () => {
    const { scope, ruleset } = rulesetOf(aFlag('f.one', []));
    ruleset.evaluateAll({}, NOON);

    for (let version = 1; version <= 5_000; version++) {
      scope.apply([{ ref: 'flag:f.one', document: aFlag('f.one', [], { version }) }]);
    }

    expect(ruleset.evaluate('f.one', {}, NOON)?.flagVersion).toBe(5_000);
  });

  it('reports the next step of a schedule, and a text that changes when the step starts', () => {
    const steps = [
      { percentage: 10, start_at: '2025-06-01T12:00:00Z' },
      { percentage: 100, start_at: '2025-06-02T12:00:00Z' },
    ];
    const { ruleset } = rulesetOf(aFlag('f.one', [{ conditions: [], schedule: { steps } }]));
    const day = 86_400_000;

    const texts = [NOON - 1, NOON, NOON + day - 1, NOON + day, NOON + 9 * day].map((now) => ruleset.stepInForce(now));

    expect(texts[0]).toBe('');
    expect(new Set(texts).size).toBe(3);
    expect([texts[1], texts[3]]).toEqual([texts[2], texts[4]]);
    expect([NOON - 1, NOON, NOON + day].map((now) => ruleset.nextStepAt(now))).toEqual([NOON, NOON + day, undefined]);
  });

  it('evaluates the rules again when the kill switch of a flag is removed', () => {
    const { scope, ruleset } = rulesetOf(aFlag('f.one', [{}]));
    scope.apply([{ ref: 'kill_switch:stop', document: aKillSwitch('f.one') }]);
    expect(ruleset.evaluate('f.one', {}, NOON)?.reason.type).toBe('kill_switch');

    scope.apply([{ ref: 'kill_switch:stop', document: null }]);

    expect(ruleset.evaluate('f.one', {}, NOON)?.reason.type).toBe('strategy');
  });

  it('reads own attributes only, for contexts of any class', () => {
    const conditions = [{ attribute: 'plan', operator: 'equals' as const, value: 'pro' }];
    const { ruleset } = rulesetOf(aFlag('f.one', [{ conditions }]));
    const inherited = Object.create({ plan: 'pro' }) as Record<string, string>;
    const owned = Object.assign(Object.create({ other: 1 }) as Record<string, string>, { plan: 'pro' });

    const variants = [inherited, owned].map((attributes) => ruleset.evaluate('f.one', { attributes }, NOON)?.variant);

    expect(variants).toEqual(['off', 'on']);
  });
});
