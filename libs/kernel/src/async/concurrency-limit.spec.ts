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
});
