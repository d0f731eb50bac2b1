import { unitOfWorkContract } from './unit-of-work.contract.js';
import { flagsWorld } from './world.js';

describe('the unit of work on Postgres', () => {
  unitOfWorkContract(flagsWorld);
});
