import type { Frame } from './frames.js';

const MIB = 1_024 * 1_024;
const MAX_BYTES = 8 * MIB;
/** A frame is kept twice: as it is, and as a chunk of HTTP. */
const COPIES = 2;

/**
 * The opening frames of all channels of a process, each shared by the readers that begin before the next change. Bounded by bytes:
 * those that were not used for longest are dropped first. The newest is kept whatever its size, since many readers begin at once.
 */
export class Openings {
  /** In the order of the last use, oldest first. */
  readonly #kept = new Map<string, Frame>();
  #bytes = 0;

  constructor(private readonly maxBytes = MAX_BYTES) {}

  /** Bytes that are kept. */
  get bytes(): number {
    return this.#bytes;
  }

  get(name: string, make: () => Frame): Frame {
    const kept = this.#kept.get(name) ?? this.#add(name, make());
    this.#kept.delete(name);
    this.#kept.set(name, kept);
    return kept;
  }

  forget(name: string): void {
    const frame = this.#kept.get(name);
    if (frame === undefined) return;
    this.#kept.delete(name);
    this.#bytes -= frame.bytes.length * COPIES;
  }

  #add(name: string, frame: Frame): Frame {
    const bytes = frame.bytes.length * COPIES;
    for (const other of this.#kept.keys()) {
      if (this.#bytes + bytes <= this.maxBytes) break;
      this.forget(other);
    }
    this.#bytes += bytes;
    this.#kept.set(name, frame);
    return frame;
  }
}
