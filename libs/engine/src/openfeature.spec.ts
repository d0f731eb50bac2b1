import type { FlagDocument, FlagMetadata } from '#libs/contracts';
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
    ['an admitting rule', aFlag('f.one', [{}]), false, { reason: 'TARGETING_MATCH', value: true, metadata: { version: 7, rule_id: 'r0' } }],
    ['no rules and no targets', aFlag('f.one', []), false, { reason: 'STATIC', hasValue: true, metadata: { version: 7 } }],
    ['a disabled flag', aFlag('f.one', [], disabled), false, { reason: 'DISABLED', hasValue: false, metadata: { version: 3 } }],
    ['an active kill switch', aFlag('f.one', []), true, { reason: 'DISABLED', hasValue: true, metadata: { version: 7, cause: 'kill_switch' } }],
    ['a disabled flag with an active kill switch', aFlag('f.one', [], disabled), true, { reason: 'DISABLED', hasValue: true, metadata: { version: 3, cause: 'kill_switch' } }],
    ['an unmet prerequisite', aFlag('f.one', [{}], needy), false, { reason: 'DEFAULT', hasValue: true, metadata: { version: 7, cause: 'prerequisite' } }],
    ['metadata of the flag, which never replaces the result’s', aFlag('f.one', [{}], { metadata: { owner: 'a', constructor: true, version: 9 } }), false, { metadata: { owner: 'a', constructor: true, version: 7, rule_id: 'r0' } }],
    ['a flag whose metadata is broken', aFlag('f.one', [], { metadata: { a: 1, b: null, c: [] } as unknown as FlagMetadata }), false, { metadata: { a: 1, version: 7 } }],
    ['an archived flag', aFlag('f.one', [], { archived: true }), true, { reason: 'ERROR', errorCode: 'FLAG_NOT_FOUND', hasValue: false }],
  ] as const)('maps %s', (_what, flag, killed, expected) => {
    expect(resolve(flag, killed)).toMatchObject(expected);
  }); // prettier-ignore
});
