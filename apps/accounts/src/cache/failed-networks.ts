import { networkOf, type Clock } from '#libs/kernel';
import { LRUCache } from 'lru-cache';
import type { Networks } from '../application/ports/secrets.js';

const REMEMBERED_MS = 5 * 60_000;
/** Bounds the memory. Beyond it the oldest are forgotten, and count as networks without failures again. */
const MAX_NETWORKS = 50_000;

/** Networks with failed sign-ins in the last minutes, of this process alone: each process has a hashing lane of its own. */
export class FailedNetworks implements Networks {
  readonly #failed: LRUCache<string, true>;

  constructor(clock: Clock) {
    const perf = { now: () => clock.now().getTime() };
    this.#failed = new LRUCache({ max: MAX_NETWORKS, ttl: REMEMBERED_MS, ttlResolution: 0, perf });
  }

  of(address: string): string {
    return networkOf(address);
  }

  noteFailure(network: string): void {
    this.#failed.set(network, true);
  }

  hasFailed(network: string): boolean {
    return this.#failed.has(network);
  }
}
