import { flagDataContract } from './contract/flag-data.contract.js';
import { scopesContract } from './contract/scopes.contract.js';
import { contractSteps, type ContractSubject } from './contract/subject.js';
import { versionsContract } from './contract/versions.contract.js';

/** What every unit of work of flags does. Runs for the one in memory and for Postgres. */
export function unitOfWorkContract(start: () => Promise<ContractSubject>): void {
  let subject: ContractSubject;
  beforeAll(async () => {
    subject = await start();
  });
  afterAll(() => subject.stop());

  const steps = contractSteps(() => subject);
  for (const contract of [versionsContract, scopesContract, flagDataContract]) contract(steps);
}
