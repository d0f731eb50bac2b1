import { accountsRpc, type UserView } from '#libs/contracts';
import type { Clock } from '#libs/kernel';
import type { RpcClient } from '#libs/bus';
import { Users } from '../application/ports.js';
import { Remembering } from './remembering.js';

// No fact tells that somebody stopped being a super admin: moments, not minutes.
const TTL_MS = 10_000;
const MAX = 50_000;

export class RememberedUsers extends Users {
  readonly #remembered: Remembering<UserView>;

  constructor(
    private readonly rpc: RpcClient,
    clock: Clock,
  ) {
    super();
    this.#remembered = new Remembering({ max: MAX, ttlMs: TTL_MS, now: () => clock.now().getTime() });
  }

  override get(userId: string): Promise<UserView> {
    return this.#remembered.get(userId, () => this.rpc.ask(accountsRpc.getUser, { user_id: userId }));
  }
}
