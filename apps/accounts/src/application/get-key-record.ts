import type { AnswerOf, CommandOf, accountsRpc } from '#libs/contracts';
import type { UnitOfWork } from './ports.js';

/** What an edge service checks a key with. Revoked and expired keys have records too. */
export class GetKeyRecord {
  constructor(private readonly uow: UnitOfWork) {}

  async execute({
    lookup_id,
  }: CommandOf<typeof accountsRpc.getKeyRecord>): Promise<AnswerOf<typeof accountsRpc.getKeyRecord>> {
    const record = await this.uow.acrossOrganizations(({ directory }) => directory.keyRecord(lookup_id));
    return { record: record ?? null };
  }
}
