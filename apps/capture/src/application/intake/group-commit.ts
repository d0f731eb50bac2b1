import { AppError, type Ids } from '#libs/kernel';
import { MAX_CHUNK_BYTES, type Chunk } from '../../domain/chunks.js';
import { Lanes, type Waiting } from './lanes.js';
import { notDurable } from './not-durable.js';
import type { CaptureMeter, Cause, PackPublisher } from './ports.js';

/** A third pack under way would make packs smaller and the stream no faster. */
const MAX_UNDER_WAY = 2;
/** How long a request waits for its events to be durable, all attempts included. */
export const PATIENCE_MS = 2_000;
const SWEEP_MS = 50;

export interface GroupCommitParts {
  readonly publisher: PackPublisher;
  readonly ids: Ids;
  readonly meter: CaptureMeter;
  readonly maxQueueBytes: number;
}
interface UnderWay {
  readonly waiting: readonly Waiting[];
}

/**
 * Makes the events of many requests durable together. At most two packs are under way; events that arrive meanwhile wait for the
 * next one, so that packs grow with the load and a single event is not delayed. A pack belongs to one organization; organizations
 * take turns. A request is answered only after its packs are durable.
 */
export class GroupCommit {
  readonly #lanes = new Lanes();
  readonly #underWay = new Set<UnderWay>();
  #heldBytes = 0;
  #isArmed = false;
  #sweeping: NodeJS.Timeout | undefined;

  constructor(private readonly parts: GroupCommitParts) {}

  /** Bytes of events that are not durable yet. */
  get heldBytes(): number {
    return this.#heldBytes;
  }

  /**
   * Resolves when all chunks are durable. They may travel in several packs: after a failure some of them may be stored.
   * @throws AppError 503 `overloaded` when the queue or the stream is full; `bus_unavailable` after two seconds
   */
  async commit(orgId: string, chunks: readonly Chunk[], cause: Cause): Promise<void> {
    const bytes = chunks.length === 1 ? chunks[0]!.bytes : chunks.reduce((sum, chunk) => sum + chunk.bytes, 0);
    if (this.#heldBytes + bytes > this.parts.maxQueueBytes) {
      throw new AppError('overloaded', 'Too many events are waiting to be stored; try again shortly');
    }
    this.#heldBytes += bytes;
    const deadlineMs = performance.now() + PATIENCE_MS;
    if (chunks.length === 1) return this.#enqueue(orgId, chunks[0]!, cause, deadlineMs);
    await Promise.all(chunks.map((chunk) => this.#enqueue(orgId, chunk, cause, deadlineMs)));
  }

  /** Resolves when no events wait or are under way: at most `PATIENCE_MS` after the last request. */
  async drain(): Promise<void> {
    while (this.#heldBytes > 0) await new Promise((resolve) => setTimeout(resolve, SWEEP_MS));
  }

  #enqueue(orgId: string, chunk: Chunk, cause: Cause, deadlineMs: number): Promise<void> {
    const done = new Promise<void>((resolve, reject) => {
      this.#lanes.add(orgId, { chunk, cause, deadlineMs, resolve, reject });
    });
    this.#sweeping ??= setInterval(() => this.#sweep(), SWEEP_MS).unref();
    // Requests that were read from their sockets together go together.
    if (!this.#isArmed && this.#underWay.size < MAX_UNDER_WAY) {
      this.#isArmed = true;
      setImmediate(() => {
        this.#isArmed = false;
        this.#send();
      });
    }
    return done;
  }

  #send(): void {
    while (this.#underWay.size < MAX_UNDER_WAY) {
      const next = this.#lanes.take(MAX_CHUNK_BYTES);
      if (next === undefined) return;
      void this.#publish(next.orgId, next.waiting);
    }
  }

  /** Never rejects: a failure rejects the promises of the waiting requests. */
  async #publish(orgId: string, waiting: readonly Waiting[]): Promise<void> {
    const underWay = { waiting };
    this.#underWay.add(underWay);
    const data = `[${waiting.map(({ chunk }) => chunk.text).join(',')}]`;
    const startedAt = performance.now();
    const [bytes, events] = [sum(waiting, 'bytes'), sum(waiting, 'events')];
    try {
      const pack = { id: this.parts.ids.next(), orgId, data, cause: waiting[0]!.cause };
      await this.parts.publisher.publish(pack, waiting.at(-1)!.deadlineMs);
      for (const { resolve } of waiting) resolve();
      this.parts.meter.published({ bytes, events, seconds: (performance.now() - startedAt) / 1_000 });
    } catch (error) {
      for (const { reject } of waiting) reject(error);
    } finally {
      this.#underWay.delete(underWay);
      this.#heldBytes -= bytes;
      this.#send();
    }
  }

  /** Rejects requests that are overdue, in a lane or in a pack that is not acknowledged yet. */
  #sweep(): void {
    const now = performance.now();
    for (const { chunk, reject } of this.#lanes.takeOverdue(now)) {
      this.#heldBytes -= chunk.bytes;
      reject(notDurable());
    }
    for (const { waiting } of this.#underWay) {
      for (const { deadlineMs, reject } of waiting) if (deadlineMs <= now) reject(notDurable());
    }
    if (this.#heldBytes > 0) return;
    clearInterval(this.#sweeping);
    this.#sweeping = undefined;
  }
}

function sum(waiting: readonly Waiting[], what: 'bytes' | 'events'): number {
  let total = 0;
  for (const { chunk } of waiting) total += chunk[what];
  return total;
}
