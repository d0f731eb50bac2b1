import { Controller, Inject } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { accountsRpc } from '#libs/contracts';
import { AcceptInvitation } from '../application/people/accept-invitation.js';
import { ChangePassword } from '../application/people/change-password.js';
import { CompleteSetup } from '../application/setup/complete-setup.js';
import { CreateUser } from '../application/people/create-user.js';
import { GetSetup } from '../application/setup/get-setup.js';
import { known, stranger, type Answer, type Asked } from './messages.js';

/** How people come to Loom, and what they do about their passwords. */
@Controller()
export class PeopleController {
  constructor(
    @Inject(CreateUser) private readonly create: CreateUser,
    @Inject(AcceptInvitation) private readonly accept: AcceptInvitation,
    @Inject(ChangePassword) private readonly change: ChangePassword,
    @Inject(GetSetup) private readonly setup: GetSetup,
    @Inject(CompleteSetup) private readonly complete: CompleteSetup,
  ) {}

  @MessagePattern(accountsRpc.createUser.subject)
  createUser(@Payload() { command, origin }: Asked<'createUser'>): Answer<'createUser'> {
    return this.create.execute(command, known(origin));
  }

  @MessagePattern(accountsRpc.acceptInvitation.subject)
  acceptInvitation(@Payload() { command, origin }: Asked<'acceptInvitation'>): Answer<'acceptInvitation'> {
    return this.accept.execute(command, origin ?? stranger());
  }

  @MessagePattern(accountsRpc.changePassword.subject)
  changePassword(@Payload() { command, origin }: Asked<'changePassword'>): Answer<'changePassword'> {
    return this.change.execute(command, known(origin));
  }

  @MessagePattern(accountsRpc.getSetup.subject)
  getSetup(): Answer<'getSetup'> {
    return this.setup.execute();
  }

  @MessagePattern(accountsRpc.completeSetup.subject)
  completeSetup(@Payload() { command, origin }: Asked<'completeSetup'>): Answer<'completeSetup'> {
    return this.complete.execute(command, origin ?? stranger());
  }
}
