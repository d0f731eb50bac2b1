import { Admission } from './admission.js';

/** Turns that a test takes by hand. */
function around(now = 0) {
  const turns: (() => void)[] = [];
  return {
    at: now,
    now(): number {
      return this.at;
    },
    nextTurn: (work: () => void): void => void turns.push(work),
    random: () => 0.5,
    async turn(): Promise<void> {
      for (const work of turns.splice(0)) work();
      await new Promise(setImmediate);
    },
  };
}
const limits = { waiting: 5, perTurn: 2, deadlineMs: 1_000 };
const ready = (): Promise<string> => Promise.resolve('ready');

describe('admission', () => {
  it('lets a few begin at a time, in the order they came, and all of them in the end', async () => {
    const surroundings = around();
    const admission = new Admission(limits, surroundings);
    const begun: number[] = [];
    const all = [1, 2, 3, 4, 5].map(async (one) => (await admission.pass(ready), begun.push(one)));

    await surroundings.turn();
    const first = begun.length;
    for (let i = 0; i < 3; i += 1) await surroundings.turn();
    await Promise.all(all);

    expect(first).toBeLessThanOrEqual(4);
    expect(begun).toEqual([1, 2, 3, 4, 5]);
    expect(await admission.pass(ready)).toBe('ready');
  });

  it('refuses who comes when too many are on their way, and tells when to come again', async () => {
    const surroundings = around();
    const admission = new Admission(limits, surroundings);
    const never = new Promise<string>(() => undefined);
    for (let i = 0; i < limits.waiting; i += 1) void admission.pass(() => never);

    const refused = admission.pass(ready);

    await expect(refused).rejects.toMatchObject({ code: 'overloaded', details: [{ retry_after: 6 }] });
    expect(admission.refused).toBe(1);
  });

  it('refuses who has waited too long for a turn', async () => {
    const surroundings = around();
    const admission = new Admission(limits, surroundings);
    const first = [admission.pass(ready), admission.pass(ready)];
    await Promise.all(first);
    const late = admission.pass(ready);
    await Promise.resolve();
    await Promise.resolve();
    surroundings.at = 2_000;
    const refused = expect(late).rejects.toMatchObject({ code: 'overloaded' });
    await surroundings.turn();
    await refused;
  });

  it('gives the place of one who failed to the next', async () => {
    const admission = new Admission({ ...limits, waiting: 1 }, around());
    await expect(admission.pass(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await admission.pass(ready)).toBe('ready');
  });
});
