import type { Clock } from '#libs/kernel';
import type { CommandOf, Origin, UserView, accountsRpc } from '#libs/contracts';
import { chosenPassword } from '../../domain/people/password.js';
import { changeUser, isPending } from '../../domain/people/user.js';
import type { Hasher } from '../ports/secrets.js';
import type { UnitOfWork } from '../ports/unit-of-work.js';
import { tokenHash } from '../token-hash.js';
import { invalidLink } from './invalid-link.js';
import { userOrigin } from './user-origin.js';
import { personView, userView } from './person-view.js';

/** Sets the password of an invited person. A refused password does not use up the token. */
export class AcceptInvitation {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly hasher: Hasher,
    private readonly clock: Clock,
  ) {}

  async execute(command: CommandOf<typeof accountsRpc.acceptInvitation>, origin: Origin): Promise<UserView> {
    const password = chosenPassword(command.password);
    const hash = tokenHash(command.token);
    await this.#assertOpen(hash); // before the slow hash: an invalid token must cost little
    const passwordHash = await this.hasher.hash(password);

    return this.uow.acrossOrganizations(async ({ invitations, users, outbox }) => {
      const at = this.clock.now();
      const userId = await invitations.take(hash, at);
      const before = userId === undefined ? undefined : await users.lock(userId);
      if (before === undefined || !isPending(before)) throw invalidLink();
      const after = changeUser(before, { passwordHash }, at);
      await users.save(after);
      await outbox.audit(userOrigin(after, origin), {
        event: 'UserActivated',
        action: 'accept',
        resourceType: 'user',
        resourceId: after.id,
        before: personView(before),
        after: personView(after),
      });
      return userView(after);
    });
  }

  async #assertOpen(hash: string): Promise<void> {
    const at = this.clock.now();
    if (await this.uow.acrossOrganizations(({ invitations }) => invitations.isOpen(hash, at))) return;
    throw invalidLink();
  }
}
