import { ALLOWED_PATTERNS, HOSTILE_LOOPS, STORED_PATTERNS } from '#libs/testing';
import type { FlagDocument } from '#libs/contracts';
import type { JsonObject } from '#libs/kernel';
import { ScopeRuleset } from '../documents/scope-ruleset.js';
import { Ruleset } from '../ruleset.js';
import { aFlag, NOON, rulesetOf } from '../ruleset.spec-support.js';

const CONTEXT = { user_id: 'u', geo: { city: 'ﬀ'.repeat(256) } };
const TOO_MUCH = { type: 'error', code: 'invalid_flag', message: 'The flag needs too much work for this context' };
const hostile = (key: string, conditions: readonly JsonObject[]): FlagDocument =>
  aFlag(key, [{ conditions: conditions as never[], serve: { variant: 'on' } }]);

const ALL = [...ALLOWED_PATTERNS, ...STORED_PATTERNS, ...HOSTILE_LOOPS];

describe('hostile flags', () => {
  it.each(ALL.map((flag) => [flag.name, flag] as const))('%s: have one outcome, again and again', (_name, flag) => {
    const { ruleset } = rulesetOf(hostile('f.bad', flag.conditions));
    const context = { ...CONTEXT, attributes: flag.attributes };

    const first = ruleset.evaluate('f.bad', context, NOON);

    expect(ruleset.evaluate('f.bad', context, NOON)).toBe(first);
    expect(ruleset.explain('f.bad', context, NOON)?.evaluation).toBe(first);
    expect(first?.variant).toBe('off');
  });

  it.each(STORED_PATTERNS.map((flag) => [flag.name, flag] as const))('%s: are refused', (_name, flag) => {
    const { ruleset } = rulesetOf(hostile('f.bad', flag.conditions));

    expect(ruleset.evaluate('f.bad', { attributes: { a: 'x' } }, NOON)?.reason).toEqual(TOO_MUCH);
  });

  it('answer with an error beyond the work of an evaluation, and are right again for an ordinary context', () => {
    const { conditions, attributes } = HOSTILE_LOOPS[2]!;
    const { ruleset } = rulesetOf(hostile('f.bad', conditions));

    expect(ruleset.evaluate('f.bad', { attributes }, NOON)?.reason).toEqual(TOO_MUCH);
    expect(ruleset.evaluate('f.bad', { attributes: { a: [1] } }, NOON)).toMatchObject({ variant: 'on' });
  });

  it('leave the other flags of the answer alone', () => {
    const others = [aFlag('f.a', [{ conditions: [] }]), aFlag('f.z', [{ conditions: [], percentage: 100 }])];
    const { conditions, attributes } = HOSTILE_LOOPS[2]!;
    const { ruleset } = rulesetOf(...others, hostile('f.bad', conditions));

    const outcomes = ruleset.evaluateAll({ user_id: 'u', attributes }, NOON).map(({ reason }) => reason.type);

    expect(outcomes).toEqual(['strategy', 'error', 'strategy']);
  });

  it('share one bound of work with all flags of an answer', () => {
    const { conditions, attributes } = ALLOWED_PATTERNS[2]!;
    const flags = Array.from({ length: 100 }, (_, at) => hostile(`f.bad${at}`, conditions));
    const { ruleset } = rulesetOf(...flags, aFlag('f.zz', [{ conditions: [], percentage: 50 }]));

    const outcomes = ruleset.evaluateAll({ user_id: 'u', attributes }, NOON);

    const refused = outcomes.filter(({ reason }) => reason.type === 'error');
    expect(ruleset.evaluate('f.bad99', { user_id: 'u', attributes }, NOON)?.reason.type).toBe('default');
    expect(refused.length).toBeGreaterThan(40);
    expect(outcomes.at(-1)?.reason.type).toMatch(/strategy|default/);
  });
});

describe('patterns', () => {
  const leaf = (at: number): JsonObject => ({ attribute: 'a', operator: 'matches', value: `^${at}$` });
  const segment = (key: string, count: number) => ({
    kind: 'segment',
    id: key,
    key,
    included: [],
    excluded: [],
    conditions: [{ any: Array.from({ length: count }, (_, at) => leaf(at)) }],
    version: 1,
  });
  const using = (...keys: string[]) => [{ any: keys.map((key) => ({ segment: key, operator: 'in' })) }];
  const outcome = (...conditions: unknown[]): string => {
    const scope = new ScopeRuleset();
    const documents = [segment('s.one', 30), segment('s.two', 21), hostile('f.one', conditions as JsonObject[])];
    scope.apply(documents.map((document) => ({ ref: `${document.kind}:${document.key}`, document })) as never[]);
    const ruleset = new Ruleset(new ScopeRuleset(), scope, { id: 'env', name: 'prod' });
    return ruleset.evaluate('f.one', { attributes: { a: 'x' } }, NOON)!.reason.type;
  };

  it('count together with those of the segments in use, each segment once', () => {
    expect(outcome({ any: Array.from({ length: 50 }, (_, at) => leaf(at)) })).toBe('default');
    expect(outcome({ any: Array.from({ length: 51 }, (_, at) => leaf(at)) })).toBe('error');
    expect(outcome(...using('s.one', 's.one'))).toBe('default');
    expect(outcome(...using('s.one', 's.two'))).toBe('error');
  });
});
