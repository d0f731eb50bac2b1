import { ConcurrencyLimit } from './concurrency-limit.js';

/** A task that ends when the test calls `end`. */
function held() {
  let end: () => void = () => undefined;
  const done = new Promise<void>((resolve) => (end = resolve));
  let started = false;
  const task = (): Promise<void> => {
    started = true;
    return done;
  };
  return { task, end: () => end(), started: () => started };
}

const turns = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('ConcurrencyLimit', () => {
  it('starts the next waiting task when one ends, in order, and never more than the limit', async () => {
    const limit = new ConcurrencyLimit({ running: 2, waiting: 2 });
    const tasks = [held(), held(), held(), held()];
    const results = tasks.map(({ task }) => limit.run(task));

    await turns();
    expect(tasks.map(({ started }) => started())).toEqual([true, true, false, false]);
    tasks[1]!.end();
    await turns();
    expect(tasks.map(({ started }) => started())).toEqual([true, true, true, false]);

    tasks.forEach(({ end }) => end());
    await Promise.all(results);
  });

  it('refuses tasks when the queue is full, and accepts them again afterwards', async () => {
    const limit = new ConcurrencyLimit({ running: 1, waiting: 1 });
    const tasks = [held(), held()];
    const results = tasks.map(({ task }) => limit.run(task));

    await expect(limit.run(() => Promise.resolve('late'))).rejects.toMatchObject({
      code: 'overloaded',
      retryable: true,
    });
    tasks.forEach(({ end }) => end());
    await Promise.all(results);

    await expect(limit.run(() => Promise.resolve('later'))).resolves.toBe('later');
  });

  it('frees the slot when the task fails', async () => {
    const limit = new ConcurrencyLimit({ running: 1, waiting: 0 });

    await expect(limit.run(() => Promise.reject(new Error('broke')))).rejects.toThrow('broke');

    await expect(limit.run(() => Promise.resolve('next'))).resolves.toBe('next');
  });

  it('starts waiting tasks of a better rank first, and keeps places of the queue free for them', async () => {
    const limit = new ConcurrencyLimit({ running: 1, waiting: 4, leftFree: [0, 1, 3] });
    const first = held();
    const order: string[] = [];
    const run = (name: string, rank: number) =>
      limit.run(async () => void order.push(name), rank).catch(() => void order.push(`${name} refused`));
    const running = limit.run(first.task);

    const all = [run('c1', 2), run('c2', 2), run('b1', 1), run('b2', 1), run('b3', 1), run('a1', 0), run('a2', 0)];
    await turns();
    expect(order).toEqual(['c2 refused', 'b3 refused', 'a2 refused']);
    first.end();
    await Promise.all([running, ...all]);

    expect(order.slice(3)).toEqual(['a1', 'b1', 'b2', 'c1']);
  });
});
