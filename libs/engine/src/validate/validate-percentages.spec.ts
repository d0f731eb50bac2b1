import { IMPOSSIBLE_TIMES } from '#libs/testing';
import { sortSchedule, validatePercentage, validateSchedule } from './validate-percentages.js';

describe('validatePercentage', () => {
  it.each([0, 100, 0.001, 33.337, 1.002, 99.999, null, undefined])('accepts %p', (value) => {
    expect(validatePercentage(value)).toBeUndefined();
  });
  it.each([101, -1, 1.0001, '50', Number.NaN, {}, true])('rejects %p', (value) => {
    expect(validatePercentage(value, 'rules[0].percentage')).toMatchObject({
      code: 'invalid_percentage',
      field: 'rules[0].percentage',
    });
  });
});

describe('validateSchedule', () => {
  const step = { percentage: 5, start_at: '2030-01-01T00:00:00Z' };

  it.each([[undefined], [null], [{ steps: [step] }]])('accepts %p', (value) => {
    expect(validateSchedule(value)).toBeUndefined();
  });
  it.each([
    [{ steps: [] }, 'invalid_schedule', 'schedule'],
    [[step], 'invalid_schedule', 'schedule'],
    [{ steps: [step], x: 1 }, 'invalid_schedule', 'schedule'],
    [{ steps: [step, { ...step, start_at: '2030-01-01' }] }, 'invalid_schedule', 'schedule.steps[1].start_at'],
    [{ steps: [{ ...step, start_at: 0 }] }, 'invalid_schedule', 'schedule.steps[0].start_at'],
    [{ steps: [{ ...step, percentage: 101 }] }, 'invalid_percentage', 'schedule.steps[0].percentage'],
    [{ steps: [{ start_at: step.start_at }] }, 'invalid_percentage', 'schedule.steps[0].percentage'],
  ])('rejects %p', (value, code, field) => {
    expect(validateSchedule(value)).toMatchObject({ code, field });
  });

  it.each(IMPOSSIBLE_TIMES)('rejects a step at "%s"', (start_at) => {
    const problem = { code: 'invalid_schedule', field: 'schedule.steps[1].start_at' };

    expect(validateSchedule({ steps: [step, { ...step, start_at }] })).toMatchObject(problem);
  });

  it('orders steps by instant, not by text', () => {
    const early = { percentage: 1, start_at: '2030-01-01T05:00:00+09:00' };

    expect(sortSchedule({ steps: [step, early] }).steps).toEqual([early, step]);
  });
});
