import { AppError, type Clock } from '#libs/kernel';
import type { CommandOf, Origin, accountsRpc } from '#libs/contracts';
import { isWaiting } from '../../domain/invitations/member-invitation.js';
import type { UnitOfWork } from '../ports/unit-of-work.js';
import { invitationAudit } from './invitation-audit.js';

/** Ends the link of an invitation that was not accepted yet. */
export class WithdrawInvitation {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  execute(
    { invitation_id }: CommandOf<typeof accountsRpc.withdrawInvitation>,
    origin: Origin,
  ): Promise<Record<string, never>> {
    return this.uow.inOrganization(origin.scope, async ({ organizations, memberInvitations, outbox }) => {
      await organizations.lock(); // either it is withdrawn or it is accepted
      const before = await memberInvitations.find(invitation_id);
      if (before === undefined || !isWaiting(before, this.clock.now()))
        throw new AppError('not_found', 'There is no such invitation');
      await memberInvitations.remove(before.id);
      await outbox.audit(origin, invitationAudit({ before }));
      return {};
    });
  }
}
