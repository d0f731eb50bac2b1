import { AppError, type Clock } from '#libs/kernel';
import { LRUCache } from 'lru-cache';
import { FailureLimit, type Attempt } from '../application/ports.js';

const WINDOW_MS = 60_000;
/** Bounds the memory: whoever floods us with made-up addresses pushes out the oldest counts, and pays a slow hash for each. */
const MAX_KEYS = 100_000;

/** Failures of the last minute by key, in this process alone. */
export class MemoryFailureLimit extends FailureLimit {
  /** Unix ms of each failure, oldest first. */
  readonly #failures = new LRUCache<string, readonly number[]>({ max: MAX_KEYS });

  constructor(
    private readonly clock: Clock,
    private readonly perMinute: number,
  ) {
    super();
  }

  override async begin(key: string): Promise<Attempt> {
    const now = this.clock.now().getTime();
    const recent = (this.#failures.get(key) ?? []).filter((at) => at > now - WINDOW_MS);
    const oldest = recent[recent.length - this.perMinute];
    if (oldest !== undefined) throw tooMany(Math.ceil((oldest + WINDOW_MS - now) / 1_000));
    this.#failures.set(key, [...recent, now]);
    return { forget: async () => this.#forget(key, now) };
  }

  #forget(key: string, at: number): void {
    const failures = this.#failures.get(key) ?? [];
    this.#failures.set(key, failures.toSpliced(failures.lastIndexOf(at), failures.includes(at) ? 1 : 0));
  }
}

function tooMany(seconds: number): AppError {
  return new AppError('rate_limited', `Too many failed sign-ins: try again in ${seconds} s`, [
    { message: 'Too many failures in a minute', retry_after: seconds },
  ]);
}
