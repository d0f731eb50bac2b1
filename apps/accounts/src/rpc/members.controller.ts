import { Controller, Inject } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { accountsRpc } from '#libs/contracts';
import { AddMember } from '../application/members/add-member.js';
import { ListMembers } from '../application/members/list-members.js';
import { RemoveMember } from '../application/members/remove-member.js';
import { UpdateMember } from '../application/members/update-member.js';
import { known, type Answer, type Asked } from './messages.js';

@Controller()
export class MembersController {
  constructor(
    @Inject(ListMembers) private readonly list: ListMembers,
    @Inject(AddMember) private readonly add: AddMember,
    @Inject(UpdateMember) private readonly update: UpdateMember,
    @Inject(RemoveMember) private readonly remove: RemoveMember,
  ) {}

  @MessagePattern(accountsRpc.listMembers.subject)
  listMembers(@Payload() { command, origin }: Asked<'listMembers'>): Answer<'listMembers'> {
    return this.list.execute(command, known(origin));
  }

  @MessagePattern(accountsRpc.addMember.subject)
  addMember(@Payload() { command, origin }: Asked<'addMember'>): Answer<'addMember'> {
    return this.add.execute(command, known(origin));
  }

  @MessagePattern(accountsRpc.updateMember.subject)
  updateMember(@Payload() { command, origin }: Asked<'updateMember'>): Answer<'updateMember'> {
    return this.update.execute(command, known(origin));
  }

  @MessagePattern(accountsRpc.removeMember.subject)
  removeMember(@Payload() { command, origin }: Asked<'removeMember'>): Answer<'removeMember'> {
    return this.remove.execute(command, known(origin));
  }
}
