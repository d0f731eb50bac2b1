import { CountingIds, FixedClock } from '#libs/testing';
import { unitOfWorkContract } from '../unit-of-work.contract.js';
import { InMemoryUnitOfWork } from './unit-of-work.js';

describe('the unit of work in memory', () => {
  unitOfWorkContract(async () => {
    const clock = new FixedClock();
    const uow = new InMemoryUnitOfWork(clock, new CountingIds());
    return { uow, clock, facts: async ({ scope }) => uow.takeFacts(scope), stop: async () => undefined };
  });
});
