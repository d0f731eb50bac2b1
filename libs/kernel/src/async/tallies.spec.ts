import { Tallies } from './tallies.js';

const setUp = (maxKinds = 10) => {
  const reports: [string, number][] = [];
  const failures: unknown[] = [];
  const state = { isAway: false };
  const report = async (first: string, count: number): Promise<void> => {
    if (state.isAway) throw new Error('away');
    reports.push([first, count]);
  };
  const tallies = new Tallies<string>({ report, onFailure: (error) => failures.push(error), maxKinds });
  return { tallies, reports, failures, state, note: (key: string, item = key) => tallies.note({ key, item }) };
};

describe('Tallies', () => {
  it('report the first of a kind at once, and equal ones as one count at the end of the period', async () => {
    const { tallies, reports, note } = setUp();

    await note('a', 'first');
    for (let i = 0; i < 100; i += 1) await note('a', 'later');
    await note('b');
    await tallies.endPeriod();

    expect(reports).toEqual([
      ['first', 1],
      ['b', 1],
      ['first', 100],
    ]);
  });

  it('report again at once after a period without an occurrence', async () => {
    const { tallies, reports, note } = setUp();
    await note('a');
    await tallies.endPeriod();

    await note('a');

    expect(reports).toEqual([
      ['a', 1],
      ['a', 1],
    ]);
  });

  it('add the count of a failed report to the next one', async () => {
    const { tallies, reports, failures, state, note } = setUp();
    state.isAway = true;
    await note('a');
    await note('a');
    await tallies.endPeriod();
    state.isAway = false;

    await tallies.endPeriod();

    expect(reports).toEqual([['a', 2]]);
    expect(failures).toHaveLength(2);
  });

  it('hold a bounded number of kinds, and count the others together or not at all', async () => {
    const { tallies, reports, note } = setUp(2);
    await note('a');
    await note('b');

    await note('c');
    for (const key of ['d', 'e']) await tallies.note({ key, item: key }, { key: 'other', item: 'others' });
    await note('a');
    await tallies.endPeriod();

    expect(reports).toEqual([
      ['a', 1],
      ['b', 1],
      ['others', 1],
      ['a', 1],
      ['others', 1],
    ]);
  });
});
