import type { Clock } from '#libs/kernel';
import type { AnswerOf, CommandOf, KeyRecord, accountsRpc } from '#libs/contracts';

export interface RevokedAt {
  readonly lookupId: string;
  readonly at: Date;
}
/** Keys of all organizations by the time of their revocation. */
export abstract class RevokedKeys {
  /** The newest first. */
  abstract since(since: Date, limit: number): Promise<readonly RevokedAt[]>;
}

/** Records of keys where edge services find them without asking us. */
export abstract class KeyRecords {
  /** Does not wait, and never in the place of a revoked one. */
  abstract keep(record: KeyRecord): void;
}

const MAX_LISTED = 100_000;

/** For processes that may have missed a fact. */
export class ListRevocations {
  constructor(
    private readonly revokedKeys: RevokedKeys,
    private readonly clock: Clock,
  ) {}

  async execute({
    since,
  }: CommandOf<typeof accountsRpc.listRevocations>): Promise<AnswerOf<typeof accountsRpc.listRevocations>> {
    const asOf = this.clock.now();
    const revoked = await this.revokedKeys.since(new Date(since), MAX_LISTED);
    return { as_of: asOf.toISOString(), lookup_ids: revoked.map(({ lookupId }) => lookupId) };
  }
}
