import { Controller, Inject } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { accountsRpc } from '#libs/contracts';
import { ListEventSettings } from '../application/organizations/list-event-settings.js';
import { ListAllOrganizations } from '../application/organizations/list-all-organizations.js';
import { ListUsers } from '../application/people/list-users.js';
import { RotateSigningKey } from '../application/signing-keys/rotate-signing-key.js';
import { UpdateUser } from '../application/people/update-user.js';
import { known, type Answer, type Asked } from './messages.js';

/** For super admins, and for services that keep something of every organization. */
@Controller()
export class PlatformController {
  constructor(
    @Inject(ListUsers) private readonly users: ListUsers,
    @Inject(UpdateUser) private readonly update: UpdateUser,
    @Inject(ListAllOrganizations) private readonly organizations: ListAllOrganizations,
    @Inject(ListEventSettings) private readonly eventSettings: ListEventSettings,
    @Inject(RotateSigningKey) private readonly rotate: RotateSigningKey,
  ) {}

  @MessagePattern(accountsRpc.listUsers.subject)
  listUsers(@Payload() { command, origin }: Asked<'listUsers'>): Answer<'listUsers'> {
    return this.users.execute(command, known(origin));
  }

  @MessagePattern(accountsRpc.updateUser.subject)
  updateUser(@Payload() { command, origin }: Asked<'updateUser'>): Answer<'updateUser'> {
    return this.update.execute(command, known(origin));
  }

  @MessagePattern(accountsRpc.listAllOrganizations.subject)
  listAllOrganizations(@Payload() { command, origin }: Asked<'listAllOrganizations'>): Answer<'listAllOrganizations'> {
    return this.organizations.execute(command, known(origin));
  }

  @MessagePattern(accountsRpc.listEventSettings.subject)
  listEventSettings(@Payload() { command }: Asked<'listEventSettings'>): Answer<'listEventSettings'> {
    return this.eventSettings.execute(command);
  }

  @MessagePattern(accountsRpc.rotateSigningKey.subject)
  rotateSigningKey(@Payload() { origin }: Asked<'rotateSigningKey'>): Answer<'rotateSigningKey'> {
    return this.rotate.execute(known(origin));
  }
}
