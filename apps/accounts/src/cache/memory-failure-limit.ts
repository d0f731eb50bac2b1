import type { Clock } from '#libs/kernel';
import { LRUCache } from 'lru-cache';
import { type Attempt, FailureLimit } from '../application/ports/secrets.js';
import { tooManyFailures } from './too-many-failures.js';

const WINDOW_MS = 60_000;
/** Bounds the memory. A flood of invented addresses evicts the oldest counts, and costs the attacker a slow hash for each. */
const MAX_KEYS = 100_000;

interface Failure {
  readonly atMs: number;
}

/** Failures of the last minute by key, of this process alone. */
export class MemoryFailureLimit implements FailureLimit {
  /** Oldest first. */
  readonly #failures = new LRUCache<string, readonly Failure[]>({ max: MAX_KEYS });

  constructor(
    private readonly clock: Clock,
    private readonly perMinute: number,
  ) {}

  async begin(key: string): Promise<Attempt> {
    const now = this.clock.now().getTime();
    const recent = (this.#failures.get(key) ?? []).filter(({ atMs }) => atMs > now - WINDOW_MS);
    const oldest = recent[recent.length - this.perMinute];
    if (oldest !== undefined) throw tooManyFailures(Math.ceil((oldest.atMs + WINDOW_MS - now) / 1_000));
    const failure = { atMs: now };
    this.#failures.set(key, [...recent, failure]);
    return { forget: async () => this.#forget(key, failure) };
  }

  #forget(key: string, forgotten: Failure): void {
    const failures = this.#failures.get(key) ?? [];
    this.#failures.set(
      key,
      failures.filter((failure) => failure !== forgotten),
    );
  }
}
