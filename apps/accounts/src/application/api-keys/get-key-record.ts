import type { AnswerOf, CommandOf, accountsRpc } from '#libs/contracts';
import type { UnitOfWork } from '../ports/unit-of-work.js';
import type { KeyRecords } from './list-revocations.js';

/** What an edge service checks a key with. Revoked and expired keys have records too. */
export class GetKeyRecord {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly records: KeyRecords,
  ) {}

  async execute({
    lookup_id,
  }: CommandOf<typeof accountsRpc.getKeyRecord>): Promise<AnswerOf<typeof accountsRpc.getKeyRecord>> {
    const record = await this.uow.acrossOrganizations(({ directory }) => directory.keyRecord(lookup_id));
    if (record !== undefined) this.records.keep(record);
    return { record: record ?? null };
  }
}
