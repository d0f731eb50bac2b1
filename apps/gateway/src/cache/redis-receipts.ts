import { readReceipts } from '#libs/rulesets';
import type { RedisConnection } from '#libs/redis';
import { EvaluatorReceipts } from '../application/ports.js';
import type { Receipts } from '../domain/propagation.js';

export class RedisReceipts extends EvaluatorReceipts {
  constructor(
    private readonly redis: RedisConnection,
    private readonly forgetMs: number,
  ) {
    super();
  }

  override read(orgId: string): Promise<Receipts> {
    return readReceipts(this.redis, orgId, this.forgetMs);
  }
}
