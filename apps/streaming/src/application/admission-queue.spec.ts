import { AdmissionQueue } from './admission-queue.js';

/** An event loop that advances by `turn`. */
function eventLoop(now = 0) {
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

describe('AdmissionQueue', () => {
  it('begins streams for the time of a turn, in the order of their requests, and all of them in the end', async () => {
    const loop = eventLoop();
    const queue = new AdmissionQueue(limits, loop);
    const begun: number[] = [];
    const begin = (one: number): void => {
      loop.at += 2;
      begun.push(one);
    };
    const all = [1, 2, 3, 4, 5].map((one) => queue.pass(ready, () => begin(one)));
    await new Promise(setImmediate);

    const counts = [begun.length];
    for (let i = 0; i < 2; i += 1) counts.push((await loop.turn(), begun.length));
    await Promise.all(all);

    expect(counts).toEqual([0, 3, 5]);
    expect(begun).toEqual([1, 2, 3, 4, 5]);
  });

  it('starts again after it was empty, and passes the prepared value', async () => {
    const loop = eventLoop();
    const queue = new AdmissionQueue(limits, loop);
    const begun: string[] = [];
    for (let i = 0; i < 2; i += 1) {
      const passed = queue.pass(ready, (prepared) => begun.push(prepared));
      await new Promise(setImmediate);
      await loop.turn();
      await passed;
    }
    expect(begun).toEqual(['ready', 'ready']);
  });

  it('refuses a request when too many wait, with a time to retry', async () => {
    const loop = eventLoop();
    const queue = new AdmissionQueue(limits, loop);
    const never = new Promise<string>(() => undefined);
    for (let i = 0; i < limits.waiting; i += 1) void queue.pass(() => never, nothing);

    const refused = queue.pass(ready, nothing);

    await expect(refused).rejects.toMatchObject({ code: 'overloaded', details: [{ retry_after: 6 }] });
    expect(queue.refused).toBe(1);
  });

  it('refuses a request that has waited too long', async () => {
    const loop = eventLoop();
    const queue = new AdmissionQueue(limits, loop);
    const late = queue.pass(ready, nothing);
    await new Promise(setImmediate);
    loop.at = 2_000;
    const refused = expect(late).rejects.toMatchObject({ code: 'overloaded' });
    await loop.turn();
    await refused;
  });

  it('frees the place of a request that failed', async () => {
    const loop = eventLoop();
    const queue = new AdmissionQueue({ ...limits, waiting: 1 }, loop);
    const fails = (): never => {
      throw new Error('no');
    };
    await expect(queue.pass(() => Promise.reject(new Error('unprepared')), nothing)).rejects.toThrow('unprepared');
    const failed = expect(queue.pass(ready, fails)).rejects.toThrow('no');
    await new Promise(setImmediate);
    await loop.turn();
    await failed;

    const passed = queue.pass(ready, nothing);
    await new Promise(setImmediate);
    await loop.turn();
    await expect(passed).resolves.toBeUndefined();
  });
});
