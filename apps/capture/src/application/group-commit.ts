import { AppError, type Ids } from '#libs/kernel';
import { MAX_CHUNK_BYTES, type Chunk } from '../domain/chunks.js';
import { Lanes, type Waiting } from './lanes.js';
import { notDurable } from './not-durable.js';
import type { CaptureMeter, Cause, PackPublisher } from './ports.js';

/** More would make packs smaller and not the stream faster: while two are under way, the next one fills. */
const MAX_UNDER_WAY = 2;
/** How long a request waits for its events to be durable, however often that is tried. */
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
 * Makes what many requests bring durable together. At most two packs are under way; what comes meanwhile waits for the next, so that
 * packs grow with the load and nobody lingers. A pack belongs to one organization; organizations take turns. Nothing is
 * answered as durable before its pack is.
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
   * Resolves when all chunks are durable. They may travel in several packs: after a failure some may be.
   * @throws AppError 503 `overloaded` when too much waits already, or the stream is full; `bus_unavailable` after two seconds
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

  /** Resolves when nothing waits and nothing is under way: at most after the patience of the last request. */
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

  /** Never throws: whoever waits is told. */
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

  /** Answers whoever has waited long enough, be it in a lane or in a pack of which nobody knows whether it arrived. */
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
