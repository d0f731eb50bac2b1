import type { Clock } from '#libs/kernel';
import type { CommandOf, InvitationView, Origin, PageOf, accountsRpc } from '#libs/contracts';
import { mapPage } from '../map-page.js';
import type { UnitOfWork } from '../ports/unit-of-work.js';
import { invitationView } from './invitation-view.js';

/** The invitations of an organization that can still be accepted. */
export class ListInvitations {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  async execute(
    { page }: CommandOf<typeof accountsRpc.listInvitations>,
    { scope }: Origin,
  ): Promise<PageOf<InvitationView>> {
    const at = this.clock.now();
    const found = await this.uow.readOrganization(scope, ({ memberInvitations }) => memberInvitations.list(page, at));
    return mapPage(found, invitationView);
  }
}
