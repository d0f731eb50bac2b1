import { validateSync } from 'class-validator';
import { IMPOSSIBLE_TIMES } from '#libs/testing';
import { CreateAnalyticsKeyBody, CreateSdkKeyBody } from './accounts.js';
import { ExportEventsBody } from './analytics.js';
import { ChangePasswordBody } from './auth.js';

/** The failed fields of a body, each with the code of its failure. */
function failures(shape: new () => object, values: object): readonly unknown[] {
  return validateSync(Object.assign(new shape(), values)).map(({ property, contexts }) => [
    property,
    ...Object.values((contexts ?? {}) as Record<string, { code: string }>).map(({ code }) => code),
  ]);
}

const bodies: readonly [string, new () => object, object, isRange?: true][] = [
  ['expires_at', CreateSdkKeyBody, { name: 'Shop', key_type: 'server' }],
  ['expires_at', CreateAnalyticsKeyBody, { name: 'Shop', key_type: 'write' }],
  ['start_time', ExportEventsBody, {}, true],
  ['end_time', ExportEventsBody, {}, true],
];

describe.each(bodies)('the time %s of %p', (field, shape, others, isRange) => {
  it.each(['2026-01-31T12:00:00Z', '9999-12-31T23:59:59.9999999Z', '2026-01-31t12:00:00.5+05:30', undefined])(
    'may be %p',
    (time) => {
      expect(failures(shape, { ...others, [field]: time })).toEqual([]);
    },
  );

  it(`${isRange === true ? 'may' : 'must not'} be a date alone`, () => {
    const refused = isRange === true ? [] : [[field, 'invalid_timestamp']];
    expect(failures(shape, { ...others, [field]: '2026-01-31' })).toEqual(refused);
  });

  it.each([...IMPOSSIBLE_TIMES, '2026-02-30', 1_769_860_800_000, {}])('is refused when it is %p', (time) => {
    expect(failures(shape, { ...others, [field]: time })).toEqual([[field, 'invalid_timestamp']]);
  });
});

describe('a password', () => {
  const acceptance = (password: string) => failures(ChangePasswordBody, { current: password, new: password });

  it.each(['x', '🔑'])('of %s is counted in code points', (character) => {
    expect(acceptance(character.repeat(12))).toEqual([]);
    expect(acceptance(character.repeat(1_024))).toEqual([]);
    expect(acceptance(character.repeat(11))).toEqual([['new', 'invalid_password']]);
    expect(acceptance(character.repeat(1_025))).toEqual([
      ['current', 'too_long'],
      ['new', 'invalid_password'],
    ]);
  });
});
