import { accountsRpc, type Membership } from '#libs/contracts';
import type { Clock } from '#libs/kernel';
import type { RpcClient } from '#libs/bus';
import { Memberships } from '../application/ports.js';
import { Remembering } from './remembering.js';

const TTL_MS = 5 * 60_000;
const MAX = 50_000;

export class RememberedMemberships extends Memberships {
  readonly #remembered: Remembering<Membership>;

  constructor(
    private readonly rpc: RpcClient,
    clock: Clock,
  ) {
    super();
    this.#remembered = new Remembering({ max: MAX, ttlMs: TTL_MS, now: () => clock.now().getTime() });
  }

  override get(userId: string, org: string): Promise<Membership> {
    const ask = () => this.rpc.ask(accountsRpc.getMembership, { user_id: userId, org });
    return this.#remembered.get(`${userId} ${org}`, ask);
  }

  override forgetMember(orgId: string, userId: string): void {
    this.#remembered.forget(({ organization, user }) => organization.id === orgId && user.id === userId);
  }

  override forgetOrganization(orgId: string): void {
    this.#remembered.forget(({ organization }) => organization.id === orgId);
  }

  override forgetAll(): void {
    this.#remembered.forget(() => true);
  }
}
