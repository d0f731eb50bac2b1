import { scopeOf, type ApiKeyUsedV1, type FactOf } from '#libs/contracts';

export interface KeyUse {
  readonly keyId: string;
  readonly at: Date;
}
export abstract class KeyUses {
  /** Moves `last_used_at` forward, never back: so that a second delivery changes nothing. */
  abstract record(orgId: string, uses: readonly KeyUse[]): Promise<void>;
}

export class RecordKeyUsage {
  constructor(private readonly uses: KeyUses) {}

  async execute(fact: FactOf<typeof ApiKeyUsedV1>): Promise<void> {
    const uses = fact.data.keys.map(({ key_id, last_used_at }) => ({ keyId: key_id, at: new Date(last_used_at) }));
    await this.uses.record(scopeOf(fact), uses);
  }
}
