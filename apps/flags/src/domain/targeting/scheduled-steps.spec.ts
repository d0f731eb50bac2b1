import type { FlagDocument, StrategyDocument } from '#libs/contracts';
import { startsAt, stepsOf } from './scheduled-steps.js';

const step = (start_at: string) => ({ percentage: 10, start_at });
const rule = (...starts: string[]) => ({ id: 'r', conditions: [], schedule: { steps: starts.map(step) } });
const NOON = '2026-03-01T12:00:00.000Z';
const flag = (archived: boolean) =>
  ({
    kind: 'flag',
    archived,
    configs: {
      dev: {
        enabled: true,
        targets: {},
        version: 1,
        rules: [rule(NOON), rule('2026-03-01T13:00:00+01:00', '2027-01-01T00:00:00Z')],
      },
      prod: { enabled: true, targets: {}, version: 1, rules: [{ id: 'r', strategy_id: 's' }] },
    },
  }) as unknown as FlagDocument;

it('finds each moment once per environment, in any time zone', () => {
  expect(stepsOf(flag(false))).toEqual([
    { environment: 'dev', at: new Date(NOON) },
    { environment: 'dev', at: new Date('2027-01-01T00:00:00Z') },
  ]);
});

it('finds the steps of a strategy, and none of archived flags or without a schedule', () => {
  const strategy = { kind: 'strategy', schedule: { steps: [step(NOON)] } } as unknown as StrategyDocument;

  expect(stepsOf(strategy)).toEqual([{ at: new Date(NOON) }]);
  expect(stepsOf(flag(true))).toEqual([]);
  expect(stepsOf({ kind: 'environment', id: 'e', name: 'dev', version: 1 })).toEqual([]);
});

it('begins at the millisecond to which the engine truncates it', () => {
  const fine = rule('2026-03-01T12:00:00.0001Z');

  expect(startsAt([fine], new Date(NOON))).toBe(true);
  expect(startsAt([fine], new Date('2026-03-01T12:00:00.001Z'))).toBe(false);
});
