import type { Clock } from '#libs/kernel';
import type { AnswerOf, CommandOf, accountsRpc } from '#libs/contracts';
import type { RevokedKeys } from './ports.js';

type Command = CommandOf<typeof accountsRpc.listRevocations>;

const MAX_LISTED = 100_000;

/** For processes that may have missed a fact. */
export class ListRevocations {
  constructor(
    private readonly revokedKeys: RevokedKeys,
    private readonly clock: Clock,
  ) {}

  async execute({ since }: Command): Promise<AnswerOf<typeof accountsRpc.listRevocations>> {
    const asOf = this.clock.now(); // before the query: a later revocation may be missing from its rows
    const revoked = await this.revokedKeys.since(new Date(since), MAX_LISTED);
    return { as_of: asOf.toISOString(), lookup_ids: revoked.map(({ lookupId }) => lookupId) };
  }
}
