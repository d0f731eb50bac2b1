import { ConcurrencyLimit } from './concurrency-limit.js';

/** Work that ends when it is told to. */
function held() {
  let end: () => void = () => undefined;
  const done = new Promise<void>((resolve) => (end = resolve));
  let started = false;
  const work = (): Promise<void> => {
    started = true;
    return done;
  };
  return { work, end: () => end(), started: () => started };
}

const turns = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('ConcurrencyLimit', () => {
  it('lets the next in when one leaves, in order, and no more than fit', async () => {
    const limit = new ConcurrencyLimit({ running: 2, waiting: 2 });
    const guests = [held(), held(), held(), held()];
    const passed = guests.map(({ work }) => limit.run(work));

    await turns();
    expect(guests.map(({ started }) => started())).toEqual([true, true, false, false]);
    guests[1]!.end();
    await turns();
    expect(guests.map(({ started }) => started())).toEqual([true, true, true, false]);

    guests.forEach(({ end }) => end());
    await Promise.all(passed);
  });

  it('turns away whom it cannot keep waiting, and is open again afterwards', async () => {
    const limit = new ConcurrencyLimit({ running: 1, waiting: 1 });
    const guests = [held(), held()];
    const passed = guests.map(({ work }) => limit.run(work));

    await expect(limit.run(() => Promise.resolve('late'))).rejects.toMatchObject({
      code: 'overloaded',
      retryable: true,
    });
    guests.forEach(({ end }) => end());
    await Promise.all(passed);

    await expect(limit.run(() => Promise.resolve('later'))).resolves.toBe('later');
  });

  it('gives the place back when the work fails', async () => {
    const limit = new ConcurrencyLimit({ running: 1, waiting: 0 });

    await expect(limit.run(() => Promise.reject(new Error('broke')))).rejects.toThrow('broke');

    await expect(limit.run(() => Promise.resolve('next'))).resolves.toBe('next');
  });
});
