import { Run } from '../conditions/condition-test.js';
import { Uncompilable } from '../documents/uncompilable.js';
import { hashPrefix } from '../hashing/hash.js';
import type { EvaluationContext } from '../values/evaluation.js';
import {
  admit,
  ADMITTED,
  ADMITTED_BY_HASH,
  compileRule,
  NO_BUCKET_KEY,
  NOT_ADMITTED,
  NOT_IN_ROLLOUT,
  splitKey,
  type CompiledRule,
} from './compiled-rule.js';

const references = { environmentName: 'prod', segment: () => ({ membership: () => -1 as const }) };
const compile = (rule: { [field: string]: unknown }): CompiledRule => compileRule(rule, references);
const START = Date.UTC(2025, 5, 1);
const at = (now: number): Run => Object.assign(new Run(), { now });

/** With the salt `f.one` the user `user1` has bucket 89 of 100. */
const salt = hashPrefix('f.one.');
const admission = (rule: { [field: string]: unknown }, context: EvaluationContext, now = START): number =>
  admit(compile(rule), salt, context, at(now));

describe('admit', () => {
  const user = { user_id: 'user1' };
  const isPro = [{ attribute: 'plan', operator: 'equals', value: 'pro' }];
  const schedule = { steps: [{ percentage: 100, start_at: '2025-06-01T00:00:00Z' }] };

  it.each([
    ['a rule without conditions and percentage', {}, {}, ADMITTED],
    ['conditions that do not hold', { conditions: isPro, percentage: 100 }, user, NOT_ADMITTED],
    ['conditions that hold', { conditions: isPro }, { attributes: { plan: 'pro' } }, ADMITTED],
    ['100 % without bucket key', { percentage: 100 }, {}, ADMITTED],
    ['0 % without bucket key', { percentage: 0 }, {}, NOT_ADMITTED],
    ['50 % without bucket key', { percentage: 50 }, {}, NO_BUCKET_KEY],
    ['a hash within the percentage', { percentage: 90 }, user, ADMITTED_BY_HASH],
    ['a hash above the percentage', { percentage: 89 }, user, NOT_IN_ROLLOUT],
    ['a bucket key that is absent', { percentage: 50, bucket_by: 'org_id' }, user, NO_BUCKET_KEY],
    [
      'a bucket key that is an attribute',
      { percentage: 90, bucket_by: 'team' },
      { attributes: { team: 'user1' } },
      ADMITTED_BY_HASH,
    ],
    ['a schedule, which replaces the percentage', { percentage: 0, schedule }, {}, ADMITTED],
  ])('%s', (_case, rule, context, expected) => {
    expect(admission(rule, context)).toBe(expected);
  });

  it('admits no context before the first step of a schedule', () => {
    expect(admission({ schedule }, user, START - 1)).toBe(NOT_ADMITTED);
  });
});

describe('compileRule', () => {
  it.each([[''], [7], [{}]])('rejects %j as bucket_by', (bucket_by) => {
    expect(() => compile({ bucket_by })).toThrow(Uncompilable);
  });

  it('rejects a percentage above 100', () => {
    expect(() => compile({ percentage: 101 })).toThrow(Uncompilable);
  });
});

describe('splitKey', () => {
  it.each([
    ['the user first', {}, { session_id: 's', org_id: 'o', user_id: 'u' }, 'u'],
    ['then the organization', {}, { session_id: 's', org_id: 'o', user_id: '' }, 'o'],
    ['then the session', {}, { session_id: 's' }, 's'],
    ['only the attribute of bucket_by when given', { bucket_by: 'team' }, { user_id: 'u' }, undefined],
    ['nothing for an empty context', {}, {}, undefined],
  ])('takes %s', (_case, rule, context, key) => {
    expect(splitKey(compile(rule), context)).toBe(key);
  });
});
