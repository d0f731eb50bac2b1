import type { AnswerOf, CommandOf, accountsRpc } from '#libs/contracts';
import type { UnitOfWork } from '../ports/unit-of-work.js';
import type { KeyRecords } from './ports.js';

type Command = CommandOf<typeof accountsRpc.getKeyRecord>;

/** The record that an edge service checks a key with. Revoked and expired keys have records too. */
export class GetKeyRecord {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly records: KeyRecords,
  ) {}

  async execute({ lookup_id }: Command): Promise<AnswerOf<typeof accountsRpc.getKeyRecord>> {
    const record = await this.uow.acrossOrganizations(({ directory }) => directory.keyRecord(lookup_id));
    if (record !== undefined) this.records.keep(record);
    return { record: record ?? null };
  }
}
