import { scopeOf, type ApiKeyUsedV1, type FactOf } from '#libs/contracts';
import type { KeyUses } from './ports.js';

export class RecordKeyUsage {
  constructor(private readonly uses: KeyUses) {}

  async execute(fact: FactOf<typeof ApiKeyUsedV1>): Promise<void> {
    const uses = fact.data.keys.map(({ key_id, last_used_at }) => ({ keyId: key_id, at: new Date(last_used_at) }));
    await this.uses.record(scopeOf(fact), uses);
  }
}
