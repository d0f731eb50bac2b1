import { accountsRpc, type UserView } from '#libs/contracts';
import type { Clock } from '#libs/kernel';
import type { Users } from '../application/access/ports.js';
import type { Services } from '../application/services.js';
import { CachedReader } from './cached-reader.js';

// Facts remove what changed; the short life bounds what a lost one could do.
const TTL_MS = 10_000;
const MAX_ENTRIES = 50_000;

export class CachedUsers implements Users {
  readonly #reader: CachedReader<UserView>;

  constructor(
    private readonly services: Services,
    clock: Clock,
  ) {
    this.#reader = new CachedReader({ maxEntries: MAX_ENTRIES, ttlMs: TTL_MS, now: () => clock.now().getTime() });
  }

  get(userId: string): Promise<UserView> {
    return this.#reader.get(userId, () => this.services.ask(accountsRpc.getUser, { user_id: userId }));
  }

  forget(userId: string): void {
    this.#reader.forget(({ id }) => id === userId);
  }

  forgetAll(): void {
    this.#reader.forget(() => true);
  }
}
