import { AppError, networkOf, type Clock } from '#libs/kernel';
import type { CommandOf, Origin, accountsRpc } from '#libs/contracts';
import { chosenPassword } from '../../domain/people/password.js';
import { canSignIn, changeUser, type User } from '../../domain/people/user.js';
import { invalidLink } from '../people/invalid-link.js';
import { userOrigin } from '../people/user-origin.js';
import type { FailureLimit, Hasher } from '../ports/secrets.js';
import type { PlatformStores, UnitOfWork } from '../ports/unit-of-work.js';
import { endSessionsOf } from '../sessions/end-sessions.js';
import { tokenHash } from '../token-hash.js';

/** Sets the password of an account by a link, and ends all its sessions. A refused password does not use up the link. */
export class ResetPassword {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly hasher: Hasher,
    private readonly failures: FailureLimit,
    private readonly clock: Clock,
  ) {}

  async execute(command: CommandOf<typeof accountsRpc.resetPassword>, origin: Origin): Promise<Record<string, never>> {
    const password = chosenPassword(command.password);
    const hash = tokenHash(command.token);
    await this.#assertOpen(hash, origin); // before the slow hash
    const passwordHash = await this.hasher.hash(password);
    await this.uow.acrossOrganizations(async (stores) => {
      const before = await this.#userOf(stores, hash);
      const at = this.clock.now();
      await stores.users.save(changeUser(before, { passwordHash }, at));
      await stores.passwordResets.remove(before.id);
      const ended = await endSessionsOf(stores, { userId: before.id, at, origin });
      await stores.outbox.audit(userOrigin(before, origin), {
        event: 'UserPasswordChanged',
        action: 'reset',
        resourceType: 'user',
        resourceId: before.id,
        metadata: { ended_sessions: ended },
      });
    });
    return {};
  }

  /** Unknown tokens count as failures of the network that sent them. */
  async #assertOpen(hash: string, { ip = 'unknown' }: Origin): Promise<void> {
    const attempt = await this.failures.begin(`reset ${networkOf(ip)}`);
    const finding = this.uow.acrossOrganizations((stores) => this.#userOf(stores, hash));
    await finding.catch(async (error: unknown) => {
      // A fault of the service is no wrong token.
      if (!(error instanceof AppError && error.code === 'invalid_token')) await attempt.forget();
      throw error;
    });
    await attempt.forget();
  }

  /** The account of an open link, locked. */
  async #userOf({ users, passwordResets }: PlatformStores, hash: string): Promise<User> {
    const seen = await passwordResets.find(hash);
    const user = seen && (await users.lockAny(seen.userId));
    const reset = await passwordResets.find(hash); // again, under the lock
    const by = reset && (await users.find(reset.createdBy));
    const isOpen = reset !== undefined && this.clock.now() < reset.expiresAt;
    if (!isOpen || user === undefined || !canSignIn(user) || by?.isSuperAdmin !== true || !canSignIn(by))
      throw invalidLink();
    return user;
  }
}
