import { accountsRpc, type Membership } from '#libs/contracts';
import type { Clock } from '#libs/kernel';
import type { Memberships } from '../application/access/ports.js';
import type { Services } from '../application/services.js';
import { CachedReader } from './cached-reader.js';

const TTL_MS = 5 * 60_000;
const MAX_ENTRIES = 50_000;

type Affects = (userId: string, orgId: string) => boolean;

export class CachedMemberships implements Memberships {
  readonly #reader: CachedReader<Membership>;
  readonly #listeners: ((affects: Affects) => void)[] = [];

  constructor(
    private readonly services: Services,
    clock: Clock,
  ) {
    this.#reader = new CachedReader({ maxEntries: MAX_ENTRIES, ttlMs: TTL_MS, now: () => clock.now().getTime() });
  }

  get(userId: string, org: string): Promise<Membership> {
    const fetch = () => this.services.ask(accountsRpc.getMembership, { user_id: userId, org });
    return this.#reader.get(`${userId} ${org}`, fetch);
  }

  forgetMember(orgId: string, userId: string): void {
    this.#forget((user, org) => org === orgId && user === userId);
  }

  forgetPerson(userId: string): void {
    this.#forget((user) => user === userId);
  }

  forgetOrganization(orgId: string): void {
    this.#forget((_user, org) => org === orgId);
  }

  forgetAll(): void {
    this.#forget(() => true);
  }

  onForgotten(listener: (affects: Affects) => void): void {
    this.#listeners.push(listener);
  }

  #forget(affects: Affects): void {
    this.#reader.forget(({ organization, user }) => affects(user.id, organization.id));
    for (const listener of this.#listeners) listener(affects);
  }
}
