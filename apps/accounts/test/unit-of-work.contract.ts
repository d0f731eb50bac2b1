import { apiKeysContract } from './contract/api-keys.contract.js';
import { directoryContract } from './contract/directory.contract.js';
import { jobsContract } from './contract/jobs.contract.js';
import { memberInvitationsContract, membersContract } from './contract/members.contract.js';
import { environmentsContract, organizationsContract } from './contract/organizations.contract.js';
import { invitationsContract, usersContract } from './contract/people.contract.js';
import { sessionsContract, signingKeysContract } from './contract/sessions.contract.js';
import type { ContractSubject } from './contract/subject.js';
import { transactionsContract } from './contract/transactions.contract.js';

const parts = [
  transactionsContract,
  organizationsContract,
  environmentsContract,
  membersContract,
  memberInvitationsContract,
  apiKeysContract,
  usersContract,
  invitationsContract,
  sessionsContract,
  signingKeysContract,
  jobsContract,
  directoryContract,
];

/** What every unit of work of accounts does. */
export function unitOfWorkContract(name: string, setUp: () => Promise<ContractSubject>): void {
  describe(name, () => {
    let subject: ContractSubject;
    beforeAll(async () => {
      subject = await setUp();
    });
    beforeEach(() => subject.reset());
    afterAll(() => subject.stop());

    for (const part of parts) part(() => subject);
  });
}
