import { MakePartitions } from './make-partitions.js';

/** Attempts end when the test ends them. */
const setUp = () => {
  const attempts: PromiseWithResolvers<void>[] = [];
  const makePartitions = new MakePartitions(() => {
    const attempt = Promise.withResolvers<void>();
    attempts.push(attempt);
    return attempt.promise;
  });
  return { attempts, makePartitions };
};

describe('MakePartitions', () => {
  it('makes one attempt for all calls that arrive during it', async () => {
    const { attempts, makePartitions } = setUp();

    const calls = [makePartitions.execute(), makePartitions.execute()];
    attempts[0]!.resolve();
    await Promise.all(calls);

    expect(attempts).toHaveLength(1);
  });

  it('makes a new attempt after the previous one', async () => {
    const { attempts, makePartitions } = setUp();
    const first = makePartitions.execute();
    attempts[0]!.resolve();
    await first;

    void makePartitions.execute();

    expect(attempts).toHaveLength(2);
  });

  it('reports a failure to all calls and then tries again', async () => {
    const { attempts, makePartitions } = setUp();
    const calls = [makePartitions.execute(), makePartitions.execute()];
    attempts[0]!.reject(new Error('down'));

    for (const call of calls) await expect(call).rejects.toThrow('down');
    void makePartitions.execute();
    expect(attempts).toHaveLength(2);
  });
});
