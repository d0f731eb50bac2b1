import { AppError, type Clock, type Ids } from '#libs/kernel';
import { MemberAddedV1, type AddMemberCommand, type MemberView, type Origin } from '#libs/contracts';
import { newMember } from '../../domain/members/member.js';
import { normalizedEmail, refused } from '../../domain/names.js';
import type { User } from '../../domain/people/user.js';
import { memberData } from '../organizations/organization-change.js';
import { memberAudit } from './member-change.js';
import type { UnitOfWork } from '../ports/unit-of-work.js';
import { viewOfMember } from '../people/views.js';

/** Somebody who is known to the platform; others are made first. */
export class AddMember {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly clock: Clock,
    private readonly ids: Ids,
  ) {}

  async execute(command: AddMemberCommand, origin: Origin): Promise<MemberView> {
    const user = await this.#person(command.email);
    const who = { id: this.ids.next(), orgId: origin.scope, userId: user.id };
    const member = newMember(command, who, this.clock.now());
    const after = viewOfMember(member, user);
    await this.uow.inOrganization(origin.scope, async ({ organizations, members, outbox }) => {
      await organizations.lock();
      await members.add(member);
      await outbox.add(MemberAddedV1.of(origin, memberData(member)));
      await outbox.audit(origin, memberAudit({ after }));
    });
    return after;
  }

  async #person(given: string): Promise<User> {
    const email = normalizedEmail(given);
    if (email === undefined) throw refused('invalid_email', 'email', 'This is no e-mail address');
    const user = await this.uow.acrossOrganizations(({ users }) => users.findByEmail(email));
    if (user !== undefined) return user;
    throw new AppError('not_found', 'Nobody has this address: invite them first', [
      { field: 'email', message: 'Is unknown' },
    ]);
  }
}
