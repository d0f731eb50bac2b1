import {
  ApiKeyRevokedV1,
  type FactOf,
  type KeyRecord,
  keyRecordKey,
  REVOKED_KEYS,
  type RevokedKey,
} from '#libs/contracts';
import type { OutboxRow } from '#libs/postgres';
import { pipelineResults, type RedisConnection } from '#libs/redis';
import type { Logger } from '#libs/observability';
import { KEEP_RECORD } from './key-scripts.js';
import { KeyRecords } from '../application/api-keys/ports.js';

interface Scripted {
  loomKeepKeyRecord(record: string, revoked: string, json: string, ttlMs: number, lookupId: string): Promise<string>;
}

const TTL_MS = 300_000;

/** Key records in Redis. A revoked one is written before the fact is published, and no concurrent look-up replaces it by a live one. */
export class RedisKeyRecords implements KeyRecords {
  constructor(
    private readonly redis: RedisConnection,
    private readonly logger: Logger,
  ) {
    redis.client.defineCommand('loomKeepKeyRecord', { numberOfKeys: 2, lua: KEEP_RECORD });
  }

  keep(record: KeyRecord): void {
    const writing =
      record.revoked_at === undefined ? this.#keepLive(record) : this.revoke(record.lookup_id, record.revoked_at);
    writing.catch((error: unknown) => this.logger.debug({ err: error }, 'a key record was not written to Redis'));
  }

  /** The hook of the relay. Its failure delays no fact: edge services receive it, and the revocation list is written later. */
  async beforePublish({ type, payload }: Pick<OutboxRow, 'type' | 'payload'>): Promise<void> {
    if (type !== ApiKeyRevokedV1.type) return;
    const { data, timestamp } = JSON.parse(payload) as FactOf<typeof ApiKeyRevokedV1>;
    await this.revoke(data.lookup_id, timestamp);
  }

  /** Writes the record and the entry of the list in one transaction. `at` is RFC 3339. */
  async revoke(lookupId: string, at: string): Promise<void> {
    const revoked: RevokedKey = { lookup_id: lookupId, revoked_at: at };
    await pipelineResults(
      this.redis.client
        .multi()
        .set(keyRecordKey(lookupId), JSON.stringify(revoked), 'PX', jittered(TTL_MS))
        .zadd(REVOKED_KEYS, Date.parse(at), lookupId),
    );
  }

  async #keepLive(record: KeyRecord): Promise<void> {
    const { lookup_id } = record;
    const scripted = this.redis.client as unknown as Scripted;
    await scripted.loomKeepKeyRecord(
      keyRecordKey(lookup_id),
      REVOKED_KEYS,
      JSON.stringify(record),
      jittered(TTL_MS),
      lookup_id,
    );
  }
}

/** Up to a tenth less, so that records that were written together do not expire together. */
function jittered(ms: number): number {
  return Math.round(ms * (0.9 + Math.random() / 10));
}
