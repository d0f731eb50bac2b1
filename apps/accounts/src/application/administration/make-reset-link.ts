import { AppError, type Clock, type Ids } from '#libs/kernel';
import { PLATFORM, type AnswerOf, type CommandOf, type Origin, type accountsRpc } from '#libs/contracts';
import { passwordReset } from '../../domain/people/password-reset.js';
import { canSignIn } from '../../domain/people/user.js';
import { assertSuperAdmin } from '../people/super-admins.js';
import type { Entropy } from '../ports/secrets.js';
import type { UnitOfWork } from '../ports/unit-of-work.js';
import { tokenHash } from '../token-hash.js';

type Answer = AnswerOf<typeof accountsRpc.makeResetLink>;

/** Makes a link on which a person chooses another password. Only the answer holds the token; it replaces an earlier link. */
export class MakeResetLink {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly entropy: Entropy,
    private readonly clock: Clock,
    private readonly ids: Ids,
  ) {}

  async execute({ user_id }: CommandOf<typeof accountsRpc.makeResetLink>, by: Origin): Promise<Answer> {
    const origin = { ...by, scope: PLATFORM };
    const token = this.entropy.linkToken();
    const reset = await this.uow.acrossOrganizations(async (stores) => {
      const { id: createdBy } = await assertSuperAdmin(stores, origin);
      const user = await stores.users.lock(user_id);
      if (!canSignIn(user))
        throw new AppError('conflict', 'This person is locked or has not accepted the invitation yet');
      const given = { id: this.ids.next(), userId: user.id, tokenHash: tokenHash(token), createdBy };
      const made = passwordReset(given, this.clock.now());
      await stores.passwordResets.replace(made);
      const resource = { resourceType: 'user', resourceId: user.id };
      const metadata = { expires_at: made.expiresAt.toISOString() };
      await stores.outbox.audit(origin, { event: 'UserResetLinkMade', action: 'reset_link', ...resource, metadata });
      return made;
    });
    return { reset_token: token, expires_at: reset.expiresAt.toISOString() };
  }
}
