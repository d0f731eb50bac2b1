import { FixedClock } from '#libs/testing';
import { DAY_MS, InMemoryAccounts } from '../../../test/in-memory/world.js';
import type { PurgeLimits } from '../ports/platform-stores.js';
import type { UnitOfWork } from '../ports/unit-of-work.js';

const BATCH = 5_000;

/** The purge with a database that deletes as many rows as each answer states; an error fails the batch. */
function purgeWith(answers: readonly (number | Error)[]) {
  const accounts = new InMemoryAccounts();
  const limits: PurgeLimits[] = [];
  let last: Date | undefined;
  const jobs = {
    claim: async (_name: string, at: Date, notSince: Date) => {
      if (last !== undefined && last > notSince) return false;
      last = at;
      return true;
    },
    purge: async (given: PurgeLimits) => {
      limits.push(given);
      const answer = answers[limits.length - 1] ?? 0;
      if (answer instanceof Error) throw answer;
      return answer;
    },
  };
  const across = accounts.uow.acrossOrganizations.bind(accounts.uow);
  const acrossOrganizations: UnitOfWork['acrossOrganizations'] = (work) =>
    across((stores) => work({ ...stores, jobs }));
  accounts.uow.acrossOrganizations = acrossOrganizations;
  return { purge: accounts.useCases().purgeExpired, clock: accounts.clock, limits };
}

describe('the batches of the purge', () => {
  it('go on until one is not full, and are counted together', async () => {
    const { purge, limits } = purgeWith([BATCH, BATCH + 7, BATCH - 1, 9]);

    await expect(purge.execute()).resolves.toBe(3 * BATCH + 6);

    expect(limits).toHaveLength(3);
  });

  it('are bounded, and have the limits of the start of the run', async () => {
    const { purge, limits, clock } = purgeWith([BATCH, 0]);
    const now = new FixedClock(clock.now()).now();

    await purge.execute();

    const before = (ms: number) => new Date(now.getTime() - ms);
    const expected = {
      now,
      endedBefore: before(DAY_MS),
      deletedBefore: before(30 * DAY_MS),
      retiredBefore: before(DAY_MS + 900_000), // a token of the key may live 900 s
      rows: BATCH,
    };
    expect(limits).toEqual([expected, expected]);
  });

  it('after a failure wait for the next day, and then go on', async () => {
    const { purge, limits, clock } = purgeWith([BATCH, new Error('cut off'), 12]);
    await expect(purge.execute()).rejects.toThrow('cut off');

    await expect(purge.execute()).resolves.toBeUndefined();
    clock.advance(DAY_MS);

    await expect(purge.execute()).resolves.toBe(12);
    expect(limits).toHaveLength(3);
  });
});
