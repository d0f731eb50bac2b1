import { type Scope, deltasKey } from '#libs/contracts';
import type { RedisConnection } from '#libs/redis';
import type { DeltaArchive, JournalEntry } from '../application/ports.js';

/** The last changes as flags writes them (`loom:deltas:<scope>`, one field for each version). */
export class RedisDeltas implements DeltaArchive {
  constructor(private readonly redis: Pick<RedisConnection, 'client'>) {}

  async read(scope: Scope, epoch: string, from: number, to: number): Promise<readonly JournalEntry[]> {
    if (from > to) return [];
    const versions = Array.from({ length: to - from + 1 }, (_, index) => String(from + index));
    const texts = await this.redis.client.hmget(deltasKey(scope), ...versions);
    const entries: JournalEntry[] = [];
    for (let version = to, i = texts.length - 1; i >= 0; version -= 1, i -= 1) {
      const entry = parseEntry(texts[i]);
      if (entry?.epoch !== epoch || entry.version !== version) break;
      entries.unshift(entry);
    }
    return entries;
  }
}

/** `undefined` for text that is no entry. */
function parseEntry(text: string | null | undefined): JournalEntry | undefined {
  try {
    const entry = JSON.parse(text ?? 'null') as JournalEntry | null;
    return entry !== null && Array.isArray(entry.changes) && entry.changes.every(isChange) ? entry : undefined;
  } catch {
    return undefined;
  }
}

function isChange({ ref, document, before }: JournalEntry['changes'][number]): boolean {
  return typeof ref === 'string' && typeof document === 'object' && typeof before === 'object';
}
