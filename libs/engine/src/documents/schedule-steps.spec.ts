import { hasSchedule, stepInstants } from './schedule-steps.js';

const at = (...starts: unknown[]) => ({ schedule: { steps: starts.map((start_at) => ({ percentage: 5, start_at })) } });
const NEW_YEAR = Date.UTC(2030, 0, 1);

describe('hasSchedule', () => {
  it.each([
    ['a strategy with a schedule', at('2030-01-01'), true],
    [
      'a flag with a scheduled rule in any environment',
      { configs: { dev: { rules: [] }, prod: { rules: [at()] } } },
      true,
    ],
    ['a flag without', { configs: { dev: { rules: [{ percentage: 5 }] } } }, false],
    ['a removed schedule', { schedule: null }, false],
    ['broken configs', { configs: { dev: { rules: 'none' }, prod: null } }, false],
    ['no object', null, false],
  ])('%s', (_case, document, expected) => {
    expect(hasSchedule(document)).toBe(expected);
  });
});

describe('stepInstants', () => {
  const flag = { configs: { prod: { rules: [at('2030-01-01'), at('2030-01-02', 'soon')] }, dev: { rules: [at(5)] } } };

  it('returns the steps of the rules in the given environment, without invalid ones', () => {
    expect(stepInstants(flag, ['prod'])).toEqual([NEW_YEAR, NEW_YEAR + 86_400_000]);
  });

  it('uses the first config name that the flag has', () => {
    expect(stepInstants(flag, ['stage', 'dev', 'prod'])).toEqual([5]);
    expect(stepInstants(flag, ['stage'])).toEqual([]);
  });

  it('returns the steps of a strategy in every environment', () => {
    expect(stepInstants(at('2030-01-01'), ['stage'])).toEqual([NEW_YEAR]);
  });
});
