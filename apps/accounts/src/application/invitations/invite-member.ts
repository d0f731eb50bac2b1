import { AppError, type Clock, type Ids } from '#libs/kernel';
import type { AnswerOf, InviteMemberCommand, Origin, accountsRpc } from '#libs/contracts';
import {
  inviteMember,
  isWaiting,
  renewInvitation,
  type MemberInvitation,
} from '../../domain/invitations/member-invitation.js';
import { emailAddress } from '../../domain/names.js';
import type { AccountsPolicy } from '../ports/policy.js';
import type { Entropy } from '../ports/secrets.js';
import type { OrganizationStores, UnitOfWork } from '../ports/unit-of-work.js';
import { assertQuota } from '../quota.js';
import { tokenHash } from '../token-hash.js';
import { invitationAudit } from './invitation-audit.js';
import { invitationView } from './invitation-view.js';

/**
 * Invites an address into the organization, whatever is known of the address: the answer is the same with and without an
 * account. Only the answer holds the token. Another invitation of the same address replaces the link.
 */
export class InviteMember {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly entropy: Entropy,
    private readonly clock: Clock,
    private readonly ids: Ids,
    private readonly policy: AccountsPolicy,
  ) {}

  async execute(command: InviteMemberCommand, origin: Origin): Promise<AnswerOf<typeof accountsRpc.inviteMember>> {
    const token = this.entropy.linkToken();
    const wish = this.#wish(command, token, origin);
    const invitation = await this.uow.inOrganization(origin.scope, async (stores) => {
      await stores.organizations.lock(); // concurrent invitations must not pass the quota
      const known = await stores.memberInvitations.findByEmail(wish.email);
      const before = known !== undefined && isWaiting(known, wish.createdAt) ? known : undefined;
      if (before === undefined) await this.#assertRoom(stores, wish.createdAt);
      const after = before === undefined ? wish : renewInvitation(before, wish);

      if (known !== undefined) await stores.memberInvitations.remove(known.id);
      await stores.memberInvitations.add(after);
      await stores.outbox.audit(origin, invitationAudit({ before, after }));
      return after;
    });
    return { ...invitationView(invitation), invite_token: token };
  }

  #wish({ email, role, permissions }: InviteMemberCommand, token: string, { scope, actor }: Origin): MemberInvitation {
    if (actor.type !== 'user') throw new AppError('forbidden', 'Only people invite people');
    const identity = { id: this.ids.next(), orgId: scope, tokenHash: tokenHash(token), invitedBy: actor.id };
    return inviteMember({ email: emailAddress(email), role, permissions }, identity, this.clock.now());
  }

  async #assertRoom({ members, memberInvitations }: OrganizationStores, at: Date): Promise<void> {
    const used = (await members.count()) + (await memberInvitations.countWaiting(at));
    assertQuota('members', this.policy.quotas.members, used);
  }
}
