import { UserUpdatedV1, type AcceptedView } from '#libs/contracts';
import type { Clock } from '#libs/kernel';
import type { Invitation } from '../../domain/people/invitation.js';
import { canSignIn, changeUser, isPending, type User } from '../../domain/people/user.js';
import { invalidLink } from '../people/invalid-link.js';
import { personView, userView } from '../people/person-view.js';
import { userData } from '../people/user-change.js';
import { userOrigin } from '../people/user-origin.js';
import type { Hasher } from '../ports/secrets.js';
import type { PlatformStores, UnitOfWork } from '../ports/unit-of-work.js';
import { accountExists, newPassword, type LinkRequest } from './link-request.js';
import { lockAccount } from './member-links.js';

/**
 * The links of super admins. Without an access token the pending person gets a password; with one, that account gets what the
 * pending person was invited with, and takes their place.
 */
export class PlatformLinks {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly hasher: Hasher,
    private readonly clock: Clock,
  ) {}

  accept(request: LinkRequest): Promise<AcceptedView> {
    return request.userId === undefined ? this.#asNew(request) : this.#asAccount(request, request.userId);
  }

  #asAccount({ hash, origin }: LinkRequest, userId: string): Promise<AcceptedView> {
    return this.uow.acrossOrganizations(async (stores) => {
      const account = await lockAccount(stores, userId);
      const link = await stores.invitations.find(hash);
      if (link?.acceptedBy === account.id) return userView(account); // the answer was lost and the request came again
      const pending = await this.#pendingOf(stores, hash);
      const at = this.clock.now();
      await stores.invitations.accept(hash, account.id, at);
      await stores.users.remove(pending.id);
      if (!pending.isSuperAdmin || account.isSuperAdmin) return userView(account);
      const after = changeUser(account, { isSuperAdmin: true }, at);
      await stores.users.save(after);
      const by = userOrigin(after, origin);
      await stores.outbox.add(UserUpdatedV1.of(by, userData(after)));
      await stores.outbox.audit(by, activated(account, after));
      return userView(after);
    });
  }

  async #asNew(request: LinkRequest): Promise<AcceptedView> {
    const { hash, origin } = request;
    const password = newPassword(request);
    await this.uow.acrossOrganizations((stores) => this.#free(stores, hash)); // before the slow hash
    const passwordHash = await this.hasher.hash(password);
    return this.uow.acrossOrganizations(async (stores) => {
      const pending = await this.#free(stores, hash);
      const after = changeUser(pending, { passwordHash }, this.clock.now());
      await stores.users.save(after);
      await stores.invitations.accept(hash, after.id, after.updatedAt);
      await stores.outbox.audit(userOrigin(after, origin), activated(pending, after));
      return userView(after);
    });
  }

  /** The pending person of an open link, whose address has no account. */
  async #free(stores: PlatformStores, hash: string): Promise<User> {
    const pending = await this.#pendingOf(stores, hash);
    if ((await stores.users.findByEmail(pending.email)) !== undefined) throw accountExists();
    return pending;
  }

  /** Locks the pending person, whose lock every change of the link holds. A link ends with the rights of its super admin. */
  async #pendingOf({ users, invitations }: PlatformStores, hash: string): Promise<User> {
    const seen = await invitations.find(hash);
    const pending = seen?.userId === undefined ? undefined : await users.lockAny(seen.userId);
    const link = await invitations.find(hash); // again, under the lock
    if (pending === undefined || !this.#isOpen(link) || !isPending(pending)) throw invalidLink();
    const by = pending.invitedBy === undefined ? undefined : await users.find(pending.invitedBy);
    if (by?.isSuperAdmin !== true || !canSignIn(by)) throw invalidLink();
    return pending;
  }

  #isOpen(link: Invitation | undefined): boolean {
    return link !== undefined && link.acceptedBy === undefined && this.clock.now() < link.expiresAt;
  }
}

function activated(before: User, after: User) {
  const resource = { resourceType: 'user', resourceId: after.id };
  const views = { before: personView(before), after: personView(after) };
  return { event: 'UserActivated', action: 'accept', ...resource, ...views };
}
