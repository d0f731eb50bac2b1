import { PLATFORM, type FlagConfigDocument, type RulesetDocument } from '#libs/contracts';
import { ManualRulesets } from '#libs/testing';
import { Channels } from './channels.js';
import { aFlag, aSegment, DEV, KeepingReader, ManualArchive, newYear } from './stream.spec-support.js';

const inBeta = { segment: 'beta', operator: 'in' } as const;
const config = (rule: object, over: Partial<FlagConfigDocument> = {}): FlagConfigDocument => ({
  enabled: true,
  targets: {},
  rules: [{ id: 'r', ...rule }],
  version: 1,
  ...over,
});
const aStrategy = (over: object = {}): RulesetDocument =>
  ({ kind: 'strategy', id: 'st', name: 'Half', conditions: [inBeta], percentage: 50, version: 1, ...over }) as const;
const usesBeta = config({ conditions: [inBeta] });
const flagIn = (environment: string, used = usesBeta) => aFlag({ configs: { [environment]: used } });
const beta = aSegment('beta', []);
const edited = aSegment('beta', [{ attribute: 'a', operator: 'exists' }], 2);

/** Puts `given`, then `change`, in an organization unless another scope is named; returns what readers in dev get. */
async function sent(
  given: readonly RulesetDocument[],
  change: RulesetDocument,
  { above = [] as RulesetDocument[], scope = 'o1' } = {},
) {
  const rulesets = new ManualRulesets();
  rulesets.put(PLATFORM, ...above);
  rulesets.put('o1', ...given);
  const channels = new Channels(rulesets, new ManualArchive(), newYear());
  const [reader, refetched] = [new KeepingReader(), new KeepingReader()];
  const channel = await channels.open('o1', DEV);
  channel.readers.state.add(reader);
  channel.readers.refetch.add(refetched);
  rulesets.put(scope, change);
  expect(refetched.frames).toHaveLength(reader.frames.length);
  return reader.messages().map(({ event, data }) => [event, data['flag_keys']]);
}
const UPDATED = [['ruleset.updated', ['a.flag']]];

describe('an edit of a segment or strategy', () => {
  it.each<[string, RulesetDocument[], RulesetDocument]>([
    ['a segment in a rule', [beta, flagIn(DEV.id)], edited],
    ['a segment in a strategy', [beta, aStrategy(), flagIn(DEV.id, config({ strategy_id: 'st' }))], edited],
    [
      'a strategy',
      [aStrategy(), flagIn(DEV.id, config({ strategy_id: 'st' }))],
      aStrategy({ percentage: 60, version: 2 }),
    ],
    ['a step of a strategy', [aStrategy(), flagIn(DEV.id, config({ strategy_id: 'st' }))], aStrategy({ step: 1 })],
    ['the members of a segment', [beta, flagIn(DEV.id)], { ...beta, included: ['u1'], version: 2 } as RulesetDocument],
  ])('reaches the readers of an environment that uses it: %s', async (_what, given, change) => {
    expect(await sent(given, change)).toEqual(UPDATED);
  });

  it.each<[string, RulesetDocument[], RulesetDocument]>([
    ['it is used in another environment alone', [beta, flagIn('e-prod')], edited],
    ['it is used by archived flags alone', [beta, { ...flagIn(DEV.id), archived: true }], edited],
    ['the flag is off', [beta, flagIn(DEV.id, { ...usesBeta, enabled: false })], edited],
    [
      'its name alone changed',
      [aStrategy(), flagIn(DEV.id, config({ strategy_id: 'st' }))],
      aStrategy({ name: 'x', version: 2 }),
    ],
    ['its description alone changed', [beta, flagIn(DEV.id)], { ...beta, version: 2 } as RulesetDocument],
    [
      'a value alone looks like it',
      [beta, flagIn(DEV.id, config({ conditions: [{ attribute: 'a', operator: 'equals', value: inBeta }] }))],
      edited,
    ],
    ['no flag uses it', [beta, aFlag()], edited],
  ])('reaches no reader, and causes no evaluation, when %s', async (_what, given, change) => {
    expect(await sent(given, change)).toEqual([]);
  });

  it('of the platform reaches an organization, whose own one of the same key it hides', async () => {
    const given = [aSegment('beta', []), flagIn(DEV.id)];

    expect(await sent(given, edited, { above: [beta], scope: PLATFORM })).toEqual(UPDATED);
    expect(await sent(given, edited, { scope: PLATFORM })).toEqual(UPDATED);
    expect(await sent(given, edited, { above: [beta] })).toEqual([]);
  });

  it('reaches a flag of the platform by the config of that name or the fallback, not a hidden flag', async () => {
    const onPlatform = (environment: string) => flagIn(environment);
    const own = flagIn(DEV.id);
    const scope = PLATFORM;

    expect(await sent([], edited, { above: [beta, onPlatform('dev')], scope })).toEqual(UPDATED);
    expect(await sent([], edited, { above: [beta, onPlatform('*')], scope })).toEqual(UPDATED);
    expect(await sent([], edited, { above: [beta, onPlatform('prod')], scope })).toEqual([]);
    expect(await sent([beta, own], edited, { above: [aFlag({ id: 'f2' })] })).toEqual([]);
  });
});
