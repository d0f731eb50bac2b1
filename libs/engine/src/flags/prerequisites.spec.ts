import type { FlagDocument } from '#libs/contracts';
import { aFlag, NOON, rulesetOf } from '../ruleset.spec-support.js';

const needing = (key: string, ...needed: string[]): FlagDocument =>
  aFlag(key, [{}], { prerequisites: needed.map((flag_key) => ({ flag_key, required_variant: 'on' })) });

/** The reason per flag key; for an unmet prerequisite the flag that is missing. */
function reasons(...flags: FlagDocument[]): object {
  const evaluations = rulesetOf(...flags).ruleset.evaluateAll({}, NOON);
  return Object.fromEntries(
    evaluations.map(({ flag_key, reason }) => [
      flag_key,
      reason.type === 'prerequisite' ? reason.missing : reason.type,
    ]),
  );
}

describe('prerequisites', () => {
  it('evaluate the rules of the flag when all are met', () => {
    expect(reasons(needing('a', 'b', 'c'), needing('b', 'c'), aFlag('c', [{}]))).toEqual({
      a: 'strategy',
      b: 'strategy',
      c: 'strategy',
    });
  });

  it('return the default with the first unmet prerequisite', () => {
    const off = aFlag('off', []);

    expect(reasons(needing('a', 'on', 'off', 'none'), aFlag('on', [{}]), off)).toMatchObject({ a: 'off' });
    expect(reasons(needing('a', 'none'))).toEqual({ a: 'none' });
  });

  it.each([
    ['disabled', { configs: {} }],
    ['archived', { archived: true }],
  ])('are not met by a flag that is %s, even if its default is the required variant', (_case, change) => {
    const needed = aFlag('b', [{}], { default_variant: 'on', ...change });

    expect(reasons(needing('a', 'b'), needed)).toMatchObject({ a: 'b' });
  });

  it('end every flag on a cycle with an error, and flags that depend on it with an unmet prerequisite', () => {
    const flags = [
      needing('outside', 'a'),
      needing('a', 'b'),
      needing('b', 'c'),
      needing('c', 'a'),
      needing('self', 'self'),
    ];

    expect(reasons(...flags)).toEqual({ outside: 'a', a: 'error', b: 'error', c: 'error', self: 'error' });
  });

  it('are resolved again when a flag appears', () => {
    const { scope, ruleset } = rulesetOf(needing('a', 'b'));
    expect(ruleset.evaluate('a', {}, NOON)?.reason.type).toBe('prerequisite');

    scope.apply([{ ref: 'flag:b', document: aFlag('b', [{}]) }]);

    expect(ruleset.evaluate('a', {}, NOON)?.reason.type).toBe('strategy');
  });
});
