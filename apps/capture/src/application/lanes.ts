import type { Chunk } from '../domain/chunks.js';
import type { Cause } from './ports.js';

/** A chunk, and whom to tell. */
export interface Waiting {
  readonly chunk: Chunk;
  readonly cause: Cause;
  /** Ms of `performance.now`; never earlier than that of who came before. */
  readonly deadlineMs: number;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** What waits, in a lane per organization; lanes take turns, so that a busy organization holds up no other. */
export class Lanes {
  /** In the order of their turns. No lane is empty. */
  readonly #lanes = new Map<string, Waiting[]>();

  add(orgId: string, waiting: Waiting): void {
    const lane = this.#lanes.get(orgId);
    if (lane === undefined) this.#lanes.set(orgId, [waiting]);
    else lane.push(waiting);
  }

  /** The longest beginning of the first lane that fits into a pack, one chunk at least; the lane goes to the end of the queue. */
  take(maxBytes: number): { readonly orgId: string; readonly waiting: readonly Waiting[] } | undefined {
    for (const [orgId, lane] of this.#lanes) {
      const waiting = lane.splice(0, countThatFits(lane, maxBytes));
      this.#lanes.delete(orgId);
      if (lane.length > 0) this.#lanes.set(orgId, lane);
      return { orgId, waiting };
    }
    return undefined;
  }

  /** Takes out whoever may not wait any longer. */
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
  // A comma stands between two chunks.
  while (count < lane.length && bytes + 1 + lane[count]!.chunk.bytes <= maxBytes)
    bytes += 1 + lane[count++]!.chunk.bytes;
  return count;
}
