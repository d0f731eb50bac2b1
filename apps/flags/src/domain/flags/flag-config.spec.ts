import type { FlagConfigPatch, FlagDraft } from '#libs/contracts';
import { newFlag } from './flag.js';
import { absentConfig, editConfig, refuseBlindWrite, variantsInUse, type FlagConfig } from './flag-config.js';

const at = new Date('2026-03-01T10:00:00.000Z');
const draft: FlagDraft = {
  key: 'colour',
  name: 'Colour',
  type: 'string',
  variants: ['red', 'green', 'blue'].map((name) => ({ name, value: name, weight: 1 })),
  default_variant: 'red',
};
const flag = newFlag(draft, { id: 'f', scope: 'o', at });

function edit(patch: object, before: FlagConfig = absentConfig('f', 'e')): FlagConfig {
  let n = 0;
  return editConfig(before, flag, patch as FlagConfigPatch, { by: 'ada', at, nextId: () => `id-${++n}` });
}
const refusal = (code: string) => expect.objectContaining({ code }) as Error;

describe('an edit of a configuration', () => {
  it('gives ids to rules without one, keeps the others, and sorts schedules', () => {
    const steps = [
      { percentage: 50, start_at: '2030-02-01T00:00:00Z' },
      { percentage: 10, start_at: '2030-01-01T00:00:00+02:00' },
    ];
    const rules = [
      { id: 'mine', strategy_id: 's1', serve: { variant: 'green' } },
      { name: 'slowly', conditions: [], schedule: { steps } },
      { percentage: null, serve: { split: [{ variant: 'red', weight: 0 }, { variant: 'blue', weight: 3 }] } },
    ]; // prettier-ignore

    expect(edit({ rules }).rules).toEqual([
      { id: 'mine', strategy_id: 's1', serve: { variant: 'green' } },
      { id: 'id-1', name: 'slowly', conditions: [], schedule: { steps: steps.toReversed() } },
      { id: 'id-2', conditions: [], serve: rules[2]!.serve },
    ]);
  });

  it('replaces lists as a whole, keeps absent fields, and raises the version', () => {
    const first = edit({ enabled: true, targets: { green: ['u1'], blue: ['u2'] } });
    const second = edit({ targets: { blue: ['u1'] } }, first);

    expect([first.version, second.version]).toEqual([1, 2]);
    expect(second).toMatchObject({ enabled: true, targets: { blue: ['u1'] }, updatedBy: 'ada', updatedAt: at });
    expect(second.targets).not.toHaveProperty('green');
  });

  it('with enabled: false is a first version of a config that was never written; an empty one is no version', () => {
    expect(edit({ enabled: false })).toMatchObject({ enabled: false, version: 1 });
    expect(edit({ rules: [] }).version).toBe(1);
    expect(edit({ note: 'x' }).version).toBe(0);
  });

  it('that changes nothing returns the same configuration', () => {
    const before = edit({ enabled: true, rules: [{ id: 'r', conditions: [] }] });

    expect(edit({ enabled: true, rules: [{ conditions: [], id: 'r' }], note: 'again' }, before)).toBe(before);
  });

  it.each([
    ['a rule that is no object', { rules: ['x'] }, 'invalid_type'],
    [
      'too many ranges of versions in all rules together',
      {
        rules: Array.from({ length: 90 }, () => ({
          conditions: Array.from({ length: 5 }, () => ({
            attribute: 'v',
            operator: 'semver_in_range',
            value: '>=1.0.0',
          })),
        })),
      },
      'invalid_condition',
    ],
    [
      'many targets of unknown variants',
      { targets: Object.fromEntries(Array.from({ length: 20_000 }, (_, i) => [`v${i}`, ['u']])) },
      'unknown_variant',
    ],
    ['a field that rules lack', { rules: [{ condition: [] }] }, 'unknown_field'],
    ['a strategy and conditions', { rules: [{ strategy_id: 's', conditions: [] }] }, 'invalid_rule'],
    ['one id for two rules', { rules: [{ id: 'a' }, { id: 'a' }] }, 'invalid_rule'],
    ['an id that is none', { rules: [{ id: 'a b' }] }, 'invalid_rule'],
    ['a variant that the flag lacks', { rules: [{ serve: { variant: 'pink' } }] }, 'unknown_variant'],
    ['a split over one', { rules: [{ serve: { split: [{ variant: 'pink', weight: 1 }] } }] }, 'unknown_variant'],
    ['a target of one', { targets: { pink: ['u'] } }, 'unknown_variant'],
    ['variant and split', { rules: [{ serve: { variant: 'red', split: [] } }] }, 'invalid_rule'],
    ['an empty split', { rules: [{ serve: { split: [] } }] }, 'invalid_rule'],
    ['half a weight', { rules: [{ serve: { split: [{ variant: 'red', weight: 0.5 }] } }] }, 'invalid_weight'],
    ['one id under two variants', { targets: { red: ['u'], blue: ['u'] } }, 'duplicate_target'],
    ['one id twice', { targets: { red: ['u', 'u'] } }, 'duplicate_target'],
    ['a user id that is a number', { targets: { red: [5] } }, 'invalid_type'],
    ['targets as a list', { targets: [] }, 'invalid_type'],
    ['enabled as text', { enabled: 'yes' }, 'invalid_type'],
    ['a percentage above 100', { rules: [{ percentage: 101 }] }, 'invalid_percentage'],
    ['four decimals', { rules: [{ percentage: 1.0001 }] }, 'invalid_percentage'],
    [
      'an unknown operator',
      { rules: [{ conditions: [{ attribute: 'a', operator: 'like', value: 1 }] }] },
      'invalid_condition',
    ],
    [
      'a pattern that is not RE2',
      { rules: [{ conditions: [{ attribute: 'a', operator: 'matches', value: '(?=x)' }] }] },
      'invalid_pattern',
    ],
    ['a schedule without steps', { rules: [{ schedule: { steps: [] } }] }, 'invalid_schedule'],
    ['a field that configurations lack', { color: 'red' }, 'unknown_field'],
  ])('is refused with %s', (_, patch, code) => {
    expect(() => edit(patch)).toThrow(refusal(code));
  });
});

it('needs the variants of its rules and targets, and no others', () => {
  const rules = [{ serve: { variant: 'green' } }, { conditions: [] }];

  expect([...variantsInUse(edit({ rules, targets: { red: ['u'], blue: [] } }))].toSorted()).toEqual(['green', 'red']);
});

it('of a protected environment is not written without the version that was seen', () => {
  const environment = { name: 'prod', protected: true };

  expect(() => refuseBlindWrite(environment, undefined)).toThrow(refusal('precondition_required'));
  expect(() => refuseBlindWrite(environment, 0)).not.toThrow();
  expect(() => refuseBlindWrite({ ...environment, protected: false }, undefined)).not.toThrow();
});
