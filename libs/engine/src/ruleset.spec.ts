import type { FlagDocument, KillSwitchDocument, Rule } from '#libs/contracts';
import { ScopeRuleset } from './documents/scope-ruleset.js';
import { toOpenFeature } from './openfeature.js';
import { Ruleset } from './ruleset.js';

const ENVIRONMENT = { id: 'env', name: 'prod' };
const NOON = Date.UTC(2025, 5, 1, 12);

function aFlag(key: string, rules: readonly Omit<Rule, 'id'>[], more: Partial<FlagDocument> = {}): FlagDocument {
  return {
    kind: 'flag',
    id: `id-${key}`,
    key,
    type: 'boolean',
    variants: [
      { name: 'off', value: false, weight: 1 },
      { name: 'on', value: true, weight: 1 },
    ],
    default_variant: 'off',
    prerequisites: [],
    salt: key,
    exposure_tracking: true,
    archived: false,
    version: 3,
    configs: {
      env: { enabled: true, targets: {}, rules: rules.map((rule, i) => ({ id: `r${i}`, ...rule })), version: 4 },
    },
    ...more,
  };
}

const aKillSwitch = (flagKey: string): KillSwitchDocument => ({
  kind: 'kill_switch',
  id: 'ks-1',
  key: 'stop',
  linked_flag_keys: [flagKey],
  is_active: true,
  version: 1,
});

function given(...flags: FlagDocument[]): { scope: ScopeRuleset; ruleset: Ruleset } {
  const scope = new ScopeRuleset();
  scope.apply(flags.map((document) => ({ ref: `flag:${document.key}`, document })));
  return { scope, ruleset: new Ruleset(new ScopeRuleset(), scope, ENVIRONMENT) };
}

describe('Ruleset', () => {
  it('gives the same frozen object for the same outcome', () => {
    const { ruleset } = given(aFlag('f.one', [{ conditions: [], percentage: 50 }]));

    const first = ruleset.evaluate('f.one', { user_id: 'user3' }, NOON);

    expect(ruleset.evaluate('f.one', { user_id: 'user3' }, NOON)).toBe(first);
    expect(Object.isFrozen(first)).toBe(true);
  });

  it('says the version of the flag plus that of its config', () => {
    const { ruleset } = given(aFlag('f.one', []), aFlag('f.none', [], { configs: {} }));

    const versions = ruleset.evaluateAll({}, NOON).map(({ version, flagVersion }) => [version, flagVersion]);

    expect(versions).toEqual([
      [3, 3],
      [7, 3],
    ]);
  });

  it('does not know what is not there', () => {
    const { ruleset } = given();

    expect(ruleset.evaluate('f.none', {}, NOON)).toBeUndefined();
    expect(ruleset.explain('f.none', {}, NOON)).toBeUndefined();
  });

  it('compiles no other flag again when one changes', () => {
    const { scope, ruleset } = given(aFlag('f.one', []), aFlag('f.two', []));
    const [before] = ruleset.evaluateAll({}, NOON);

    scope.apply([{ ref: 'flag:f.two', document: aFlag('f.two', [], { version: 4 }) }]);
    const [after, changed] = ruleset.evaluateAll({}, NOON);

    expect(after).toBe(before);
    expect(changed?.version).toBe(8);
  });

  it('catches up with more changes than are kept', () => {
    const { scope, ruleset } = given(aFlag('f.one', []));
    ruleset.evaluateAll({}, NOON);

    for (let version = 1; version <= 5_000; version++) {
      scope.apply([{ ref: 'flag:f.one', document: aFlag('f.one', [], { version }) }]);
    }

    expect(ruleset.evaluate('f.one', {}, NOON)?.flagVersion).toBe(5_000);
  });

  it('tells when a step of a schedule comes into force, and the text changes just then', () => {
    const steps = [
      { percentage: 10, start_at: '2025-06-01T12:00:00Z' },
      { percentage: 100, start_at: '2025-06-02T12:00:00Z' },
    ];
    const { ruleset } = given(aFlag('f.one', [{ conditions: [], schedule: { steps } }]));
    const day = 86_400_000;

    const texts = [NOON - 1, NOON, NOON + day - 1, NOON + day, NOON + 9 * day].map((now) => ruleset.stepInForce(now));

    expect(texts[0]).toBe('');
    expect(new Set(texts).size).toBe(3);
    expect([texts[1], texts[3]]).toEqual([texts[2], texts[4]]);
    expect([NOON - 1, NOON, NOON + day].map((now) => ruleset.nextStepAt(now))).toEqual([NOON, NOON + day, undefined]);
  });

  it('frees a flag when its kill switch is gone', () => {
    const { scope, ruleset } = given(aFlag('f.one', [{}]));
    scope.apply([{ ref: 'kill_switch:stop', document: aKillSwitch('f.one') }]);
    expect(ruleset.evaluate('f.one', {}, NOON)?.reason.type).toBe('kill_switch');

    scope.apply([{ ref: 'kill_switch:stop', document: null }]);

    expect(ruleset.evaluate('f.one', {}, NOON)?.reason.type).toBe('strategy');
  });

  it('reads own attributes of contexts of any class', () => {
    const conditions = [{ attribute: 'plan', operator: 'equals' as const, value: 'pro' }];
    const { ruleset } = given(aFlag('f.one', [{ conditions }]));
    const inherited = Object.create({ plan: 'pro' }) as Record<string, string>;
    const owned = Object.assign(Object.create({ other: 1 }) as Record<string, string>, { plan: 'pro' });

    const variants = [inherited, owned].map((attributes) => ruleset.evaluate('f.one', { attributes }, NOON)?.variant);

    expect(variants).toEqual(['off', 'on']);
  });
});

describe('toOpenFeature', () => {
  const resolve = (flag: FlagDocument, killed = false): ReturnType<typeof toOpenFeature> => {
    const { scope, ruleset } = given(flag);
    if (killed) scope.apply([{ ref: 'kill_switch:stop', document: aKillSwitch(flag.key) }]);
    return toOpenFeature(ruleset.evaluate(flag.key, { user_id: 'u' }, NOON)!);
  };
  const disabled = { configs: {} };
  const needy = { prerequisites: [{ flag_key: 'none', required_variant: 'on' }] };

  it.each([
    ['a rule', aFlag('f.one', [{}]), false, { reason: 'TARGETING_MATCH', value: true, metadata: { version: 3, rule_id: 'r0' } }],
    ['nothing to ask', aFlag('f.one', []), false, { reason: 'STATIC', hasValue: true, metadata: { version: 3 } }],
    ['disabled', aFlag('f.one', [], disabled), false, { reason: 'DISABLED', hasValue: false, metadata: { version: 3 } }],
    ['killed', aFlag('f.one', []), true, { reason: 'DISABLED', hasValue: true, metadata: { version: 3, cause: 'kill_switch' } }],
    ['killed and disabled', aFlag('f.one', [], disabled), true, { reason: 'DISABLED', hasValue: true, metadata: { version: 3, cause: 'kill_switch' } }],
    ['unmet', aFlag('f.one', [{}], needy), false, { reason: 'DEFAULT', hasValue: true, metadata: { version: 3, cause: 'prerequisite' } }],
    ['archived', aFlag('f.one', [], { archived: true }), true, { reason: 'ERROR', errorCode: 'FLAG_NOT_FOUND', hasValue: false }],
  ] as const)('%s', (_what, flag, killed, expected) => {
    expect(resolve(flag, killed)).toMatchObject(expected);
  }); // prettier-ignore
});
