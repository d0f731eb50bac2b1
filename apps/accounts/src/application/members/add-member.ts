import { AppError, type Clock, type Ids } from '#libs/kernel';
import type { AddMemberCommand, MemberView, Origin } from '#libs/contracts';
import { newMember } from '../../domain/members/member.js';
import { emailAddress } from '../../domain/names.js';
import type { User } from '../../domain/people/user.js';
import { recordChange } from '../record-change.js';
import { memberAdded } from './member-change.js';
import { memberView } from './member-view.js';
import type { UnitOfWork } from '../ports/unit-of-work.js';

/** The person must exist: a new address is invited first. */
export class AddMember {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly clock: Clock,
    private readonly ids: Ids,
  ) {}

  async execute(command: AddMemberCommand, origin: Origin): Promise<MemberView> {
    const user = await this.#userOf(emailAddress(command.email));
    const identity = { id: this.ids.next(), orgId: origin.scope, userId: user.id };
    const member = newMember(command, identity, this.clock.now());
    await this.uow.inOrganization(origin.scope, async ({ organizations, members, outbox }) => {
      await organizations.lock();
      await members.add(member);
      await recordChange(outbox, origin, memberAdded(origin, member));
    });
    return memberView(member, user);
  }

  async #userOf(email: string): Promise<User> {
    const user = await this.uow.acrossOrganizations(({ users }) => users.findByEmail(email));
    if (user !== undefined) return user;
    throw new AppError('not_found', 'No user has this address: invite the person first', [
      { field: 'email', message: 'Is unknown' },
    ]);
  }
}
