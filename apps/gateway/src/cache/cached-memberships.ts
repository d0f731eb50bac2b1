import { accountsRpc, type Membership } from '#libs/contracts';
import type { Clock } from '#libs/kernel';
import type { Memberships } from '../application/access/ports.js';
import type { Services } from '../application/services.js';
import { CachedReader } from './cached-reader.js';

const TTL_MS = 5 * 60_000;
const MAX_ENTRIES = 50_000;

export class CachedMemberships implements Memberships {
  readonly #reader: CachedReader<Membership>;

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
    this.#reader.forget(({ organization, user }) => organization.id === orgId && user.id === userId);
  }

  forgetPerson(userId: string): void {
    this.#reader.forget(({ user }) => user.id === userId);
  }

  forgetOrganization(orgId: string): void {
    this.#reader.forget(({ organization }) => organization.id === orgId);
  }

  forgetAll(): void {
    this.#reader.forget(() => true);
  }
}
