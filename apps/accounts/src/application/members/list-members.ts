import type { CommandOf, MemberView, Origin, PageOf, accountsRpc } from '#libs/contracts';
import { mapPage } from '../map-page.js';
import type { UnitOfWork } from '../ports/unit-of-work.js';
import { memberView } from './member-view.js';

export class ListMembers {
  constructor(private readonly uow: UnitOfWork) {}

  async execute({ page }: CommandOf<typeof accountsRpc.listMembers>, origin: Origin): Promise<PageOf<MemberView>> {
    const found = await this.uow.acrossOrganizations(({ directory }) => directory.membersOf(origin.scope, page));
    return mapPage(found, ({ member, user }) => memberView(member, user));
  }
}
