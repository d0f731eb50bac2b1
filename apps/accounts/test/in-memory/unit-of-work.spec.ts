import { CountingIds, FixedClock } from '#libs/testing';
import { unitOfWorkContract } from '../unit-of-work.contract.js';
import { InMemoryUnitOfWork } from './unit-of-work.js';

unitOfWorkContract('the unit of work in memory', async () => {
  const make = () => new InMemoryUnitOfWork(new FixedClock(), new CountingIds());
  let uow = make();
  return {
    get uow() {
      return uow;
    },
    queued: async () => uow.queued,
    reset: async () => void (uow = make()),
    stop: async () => undefined,
  };
});
