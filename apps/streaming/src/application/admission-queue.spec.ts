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
const limits = { waiting: 5, perTurnMs: 5, deadlineMs: 1_000 };
const ready = (): Promise<string> => Promise.resolve('ready');
const nothing = (): void => undefined;

describe('admission', () => {
  it('lets them begin for as long as a turn may take, in the order they came, and all in the end', async () => {
    const surroundings = around();
    const admission = new Admission(limits, surroundings);
    const begun: number[] = [];
    const begin = (one: number): void => {
      surroundings.at += 2;
      begun.push(one);
    };
    const all = [1, 2, 3, 4, 5].map((one) => admission.pass(ready, () => begin(one)));
    await new Promise(setImmediate);

    const counts = [begun.length];
    for (let i = 0; i < 2; i += 1) counts.push((await surroundings.turn(), begun.length));
    await Promise.all(all);

    expect(counts).toEqual([0, 3, 5]);
    expect(begun).toEqual([1, 2, 3, 4, 5]);
  });

  it('begins again after it had nothing to do, with what was prepared', async () => {
    const surroundings = around();
    const admission = new Admission(limits, surroundings);
    const begun: string[] = [];
    for (let i = 0; i < 2; i += 1) {
      const passed = admission.pass(ready, (prepared) => begun.push(prepared));
      await new Promise(setImmediate);
      await surroundings.turn();
      await passed;
    }
    expect(begun).toEqual(['ready', 'ready']);
  });

  it('refuses who comes when too many are on their way, and tells when to come again', async () => {
    const surroundings = around();
    const admission = new Admission(limits, surroundings);
    const never = new Promise<string>(() => undefined);
    for (let i = 0; i < limits.waiting; i += 1) void admission.pass(() => never, nothing);

    const refused = admission.pass(ready, nothing);

    await expect(refused).rejects.toMatchObject({ code: 'overloaded', details: [{ retry_after: 6 }] });
    expect(admission.refused).toBe(1);
  });

  it('refuses who has waited too long for a turn', async () => {
    const surroundings = around();
    const admission = new Admission(limits, surroundings);
    const late = admission.pass(ready, nothing);
    await new Promise(setImmediate);
    surroundings.at = 2_000;
    const refused = expect(late).rejects.toMatchObject({ code: 'overloaded' });
    await surroundings.turn();
    await refused;
  });

  it('gives the place of one who failed to the next', async () => {
    const surroundings = around();
    const admission = new Admission({ ...limits, waiting: 1 }, surroundings);
    const fails = (): never => {
      throw new Error('no');
    };
    await expect(admission.pass(() => Promise.reject(new Error('unprepared')), nothing)).rejects.toThrow('unprepared');
    const failed = expect(admission.pass(ready, fails)).rejects.toThrow('no');
    await new Promise(setImmediate);
    await surroundings.turn();
    await failed;

    const passed = admission.pass(ready, nothing);
    await new Promise(setImmediate);
    await surroundings.turn();
    await expect(passed).resolves.toBeUndefined();
  });
});
