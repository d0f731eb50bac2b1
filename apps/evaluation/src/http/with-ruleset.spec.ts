import type { FastifyReply } from 'fastify';
import type { KeyRecord, RulesetVersion } from '#libs/contracts';
import { AppError } from '#libs/kernel';
import type { CompiledRulesets, VersionedRuleset } from '../application/compiled-rulesets.js';
import { withRuleset } from './with-ruleset.js';

const record = { org_id: 'o1', environment: { id: 'e1', name: 'dev' } } as KeyRecord;
const current = { version: '1.2.3' } as VersionedRuleset;
const want = {} as RulesetVersion;
const answer = ({ version }: VersionedRuleset, isBehind: boolean): FastifyReply =>
  [version, isBehind] as unknown as FastifyReply;
const rulesets = (held: ReturnType<CompiledRulesets['for']>, isReached = true): CompiledRulesets =>
  ({ for: () => held, reach: () => Promise.resolve(isReached) }) as unknown as CompiledRulesets;

describe('withRuleset', () => {
  it('answers at once, without a promise, from what is in memory', () => {
    expect(withRuleset(rulesets(current), record, undefined, answer)).toEqual(['1.2.3', false]);
  });

  it('answers after loading a ruleset that is not in memory', async () => {
    await expect(withRuleset(rulesets(Promise.resolve(current)), record, undefined, answer)).resolves.toEqual([
      '1.2.3',
      false,
    ]);
  });

  it.each([
    ['is reached', true, false],
    ['is not reached', false, true],
  ])('reports whether the wanted version %s', async (_what, isReached, isBehind) => {
    for (const held of [current, Promise.resolve(current)]) {
      expect(await withRuleset(rulesets(held, isReached), record, want, answer)).toEqual(['1.2.3', isBehind]);
    }
  });

  it('fails when the ruleset cannot be loaded', async () => {
    const nothing = Promise.reject(new AppError('not_initialised', 'Nothing yet'));

    await expect(withRuleset(rulesets(nothing), record, undefined, answer)).rejects.toThrow('Nothing yet');
  });
});
