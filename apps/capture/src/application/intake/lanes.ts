import type { Chunk } from '../../domain/chunks.js';
import type { Cause } from './ports.js';

/** A chunk of a request that waits for its answer. */
export interface Waiting {
  readonly chunk: Chunk;
  readonly cause: Cause;
  /** Ms of `performance.now`; never earlier than the deadline of an earlier chunk. */
  readonly deadlineMs: number;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Waiting chunks in one lane per organization. Lanes take turns, so that a busy organization does not delay others. */
export class Lanes {
  /** In the order of their turns. Empty lanes are removed. */
  readonly #lanes = new Map<string, Waiting[]>();

  add(orgId: string, waiting: Waiting): void {
    const lane = this.#lanes.get(orgId);
    if (lane === undefined) this.#lanes.set(orgId, [waiting]);
    else lane.push(waiting);
  }

  /** Removes as many chunks from the front of the first lane as fit into a pack, at least one; the lane moves to the end. */
  take(maxBytes: number): { readonly orgId: string; readonly waiting: readonly Waiting[] } | undefined {
    for (const [orgId, lane] of this.#lanes) {
      const waiting = lane.splice(0, countThatFits(lane, maxBytes));
      this.#lanes.delete(orgId);
      if (lane.length > 0) this.#lanes.set(orgId, lane);
      return { orgId, waiting };
    }
    return undefined;
  }

  /** Removes the chunks that have reached their deadline. */
  takeOverdue(nowMs: number): readonly Waiting[] {
    const overdue: Waiting[] = [];
    for (const [orgId, lane] of this.#lanes) {
      const first = lane.findIndex(({ deadlineMs }) => deadlineMs > nowMs);
      overdue.push(...lane.splice(0, first === -1 ? lane.length : first));
      if (lane.length === 0) this.#lanes.delete(orgId);
    }
    return overdue;
  }
}

function countThatFits(lane: readonly Waiting[], maxBytes: number): number {
  let count = 1;
  let bytes = lane[0]!.chunk.bytes;
  // One byte more for the comma between two chunks.
  while (count < lane.length && bytes + 1 + lane[count]!.chunk.bytes <= maxBytes)
    bytes += 1 + lane[count++]!.chunk.bytes;
  return count;
}
