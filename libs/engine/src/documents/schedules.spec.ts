import { compileSchedule, scheduledMilli, stepAt, storedPercentage } from './schedules.js';
import { Uncompilable } from './uncompilable.js';

const [first, second] = ['2025-06-01T00:00:00Z', '2025-06-02T00:00:00Z'];
const [FIRST, SECOND] = [Date.parse(first), Date.parse(second)];

describe('storedPercentage', () => {
  it('returns thousandths of a percent', () => {
    expect([0, 12.345, 100].map(storedPercentage)).toEqual([0, 12_345, 100_000]);
  });

  it.each([[-1], [100.1], [Number.NaN], ['50'], [null]])('rejects %p', (value) => {
    expect(() => storedPercentage(value)).toThrow(Uncompilable);
  });
});

describe('compileSchedule', () => {
  it('orders steps by time, and keeps the order of steps at one instant', () => {
    const steps = [
      { percentage: 50, start_at: second },
      { percentage: 10, start_at: first },
      { percentage: 60, start_at: '2025-06-02T02:00:00+02:00' },
    ];

    expect(compileSchedule({ steps })).toEqual([
      { at: FIRST, milli: 10_000 },
      { at: SECOND, milli: 50_000 },
      { at: SECOND, milli: 60_000 },
    ]);
  });

  it.each([
    ['no object', 'daily'],
    ['no steps', {}],
    ['a step without start', { steps: [{ percentage: 5 }] }],
    ['a start that is not a time', { steps: [{ percentage: 5, start_at: 'soon' }] }],
    ['a step without percentage', { steps: [{ start_at: first }] }],
  ])('rejects %s', (_case, schedule) => {
    expect(() => compileSchedule(schedule)).toThrow(Uncompilable);
  });
});

describe('the step in force', () => {
  const steps = compileSchedule({
    steps: [
      { percentage: 10, start_at: first },
      { percentage: 50, start_at: second },
      { percentage: 60, start_at: second },
    ],
  });

  it.each([
    ['before the first step', FIRST - 1, -1, 0],
    ['at the start of the first', FIRST, 0, 10_000],
    ['just before the second', SECOND - 1, 0, 10_000],
    ['where two steps start, the later one', SECOND, 2, 60_000],
    ['at no time at all', Number.NaN, -1, 0],
  ])('%s', (_case, now, index, milli) => {
    expect(stepAt(steps, now)).toBe(index);
    expect(scheduledMilli(steps, now)).toBe(milli);
  });
});
