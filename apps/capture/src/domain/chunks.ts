import { MAX_PACK_BYTES } from '#libs/contracts';
import type { TakenEvent } from './take-event.js';

/** Rows of one request that travel together: JSON, joined by commas, without brackets. */
export interface Chunk {
  readonly text: string;
  /** Of `text` in UTF-8. */
  readonly bytes: number;
  readonly events: number;
}

/** What a pack holds beside its brackets. */
export const MAX_CHUNK_BYTES = MAX_PACK_BYTES - 2;

/** The rows in as few chunks as fit into packs: one, but for large batches. */
export function chunksOf(events: readonly TakenEvent[]): readonly Chunk[] {
  const text = events.length === 1 ? events[0]!.row : events.map(({ row }) => row).join(',');
  const bytes = Buffer.byteLength(text);
  if (bytes <= MAX_CHUNK_BYTES || events.length === 1) return [{ text, bytes, events: events.length }];
  // Halves of halves: rows are of a like size, and large batches are rare.
  const half = Math.ceil(events.length / 2);
  return [...chunksOf(events.slice(0, half)), ...chunksOf(events.slice(half))];
}
