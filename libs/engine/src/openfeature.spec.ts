import type { FlagDocument } from '#libs/contracts';
import { toOpenFeature } from './openfeature.js';
import { aFlag, aKillSwitch, NOON, rulesetOf } from './ruleset.spec-support.js';

describe('toOpenFeature', () => {
  const resolve = (flag: FlagDocument, killed = false): ReturnType<typeof toOpenFeature> => {
    const { scope, ruleset } = rulesetOf(flag);
    if (killed) scope.apply([{ ref: 'kill_switch:stop', document: aKillSwitch(flag.key) }]);
    return toOpenFeature(ruleset.evaluate(flag.key, { user_id: 'u' }, NOON)!);
  };
  const disabled = { configs: {} };
  const needy = { prerequisites: [{ flag_key: 'none', required_variant: 'on' }] };

  it.each([
    ['an admitting rule', aFlag('f.one', [{}]), false, { reason: 'TARGETING_MATCH', value: true, metadata: { version: 3, rule_id: 'r0' } }],
    ['no rules and no targets', aFlag('f.one', []), false, { reason: 'STATIC', hasValue: true, metadata: { version: 3 } }],
    ['a disabled flag', aFlag('f.one', [], disabled), false, { reason: 'DISABLED', hasValue: false, metadata: { version: 3 } }],
    ['an active kill switch', aFlag('f.one', []), true, { reason: 'DISABLED', hasValue: true, metadata: { version: 3, cause: 'kill_switch' } }],
    ['a disabled flag with an active kill switch', aFlag('f.one', [], disabled), true, { reason: 'DISABLED', hasValue: true, metadata: { version: 3, cause: 'kill_switch' } }],
    ['an unmet prerequisite', aFlag('f.one', [{}], needy), false, { reason: 'DEFAULT', hasValue: true, metadata: { version: 3, cause: 'prerequisite' } }],
    ['an archived flag', aFlag('f.one', [], { archived: true }), true, { reason: 'ERROR', errorCode: 'FLAG_NOT_FOUND', hasValue: false }],
  ] as const)('maps %s', (_what, flag, killed, expected) => {
    expect(resolve(flag, killed)).toMatchObject(expected);
  }); // prettier-ignore
});
