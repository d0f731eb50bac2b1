import { endedSessions, SessionEndedV1, type FactOf } from '#libs/contracts';
import type { OutboxRow } from '#libs/postgres';
import type { RedisConnection } from '#libs/redis';

/** Lists ended sessions in Redis before their fact is published, for gateways that receive no facts. */
export class RedisEndedSessions {
  constructor(private readonly redis: RedisConnection) {}

  /** The hook of the relay. Its failure delays no fact, and the list is completed within seconds. */
  async beforePublish({ type, payload }: Pick<OutboxRow, 'type' | 'payload'>): Promise<void> {
    if (type !== SessionEndedV1.type) return;
    const { data, timestamp } = JSON.parse(payload) as FactOf<typeof SessionEndedV1>;
    const at = Date.parse(timestamp);
    await this.redis.client.zadd(endedSessions.members, ...data.session_ids.flatMap((id) => [at, id]));
  }
}
