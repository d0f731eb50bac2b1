import { MAX_PACK_BYTES } from '#libs/contracts';
import type { TakenEvent } from './take-event.js';

/** Rows of one request that travel together: JSON, joined by commas, without brackets. */
export interface Chunk {
  readonly text: string;
  /** Length of `text` in UTF-8. */
  readonly bytes: number;
  readonly events: number;
}

/** The room of a pack between its brackets. */
export const MAX_CHUNK_BYTES = MAX_PACK_BYTES - 2;

/** The rows in chunks that each fit into a pack: one chunk, except for large batches. */
export function chunksOf(events: readonly TakenEvent[]): readonly Chunk[] {
  const text = events.length === 1 ? events[0]!.row : events.map(({ row }) => row).join(',');
  const bytes = Buffer.byteLength(text);
  if (bytes <= MAX_CHUNK_BYTES || events.length === 1) return [{ text, bytes, events: events.length }];
  // Halving is good enough: large batches are rare and their rows of similar size.
  const half = Math.ceil(events.length / 2);
  return [...chunksOf(events.slice(0, half)), ...chunksOf(events.slice(half))];
}
