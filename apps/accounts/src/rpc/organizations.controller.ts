import { Controller, Inject } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { accountsRpc } from '#libs/contracts';
import { CreateOrganization } from '../application/organizations/create-organization.js';
import { GetMembership } from '../application/members/get-membership.js';
import { GetUser } from '../application/people/get-user.js';
import { ListOrganizations } from '../application/organizations/list-organizations.js';
import { UpdateOrganization } from '../application/organizations/update-organization.js';
import { known, type Answer, type Asked } from './messages.js';

@Controller()
export class OrganizationsController {
  constructor(
    @Inject(GetUser) private readonly users: GetUser,
    @Inject(GetMembership) private readonly memberships: GetMembership,
    @Inject(ListOrganizations) private readonly list: ListOrganizations,
    @Inject(CreateOrganization) private readonly create: CreateOrganization,
    @Inject(UpdateOrganization) private readonly update: UpdateOrganization,
  ) {}

  @MessagePattern(accountsRpc.getUser.subject)
  getUser(@Payload() { command }: Asked<'getUser'>): Answer<'getUser'> {
    return this.users.execute(command);
  }

  @MessagePattern(accountsRpc.getMembership.subject)
  getMembership(@Payload() { command }: Asked<'getMembership'>): Answer<'getMembership'> {
    return this.memberships.execute(command);
  }

  @MessagePattern(accountsRpc.listOrganizations.subject)
  listOrganizations(@Payload() { command }: Asked<'listOrganizations'>): Answer<'listOrganizations'> {
    return this.list.execute(command);
  }

  @MessagePattern(accountsRpc.createOrganization.subject)
  createOrganization(@Payload() { command, origin }: Asked<'createOrganization'>): Answer<'createOrganization'> {
    return this.create.execute(command, known(origin));
  }

  @MessagePattern(accountsRpc.updateOrganization.subject)
  updateOrganization(@Payload() { command, origin }: Asked<'updateOrganization'>): Answer<'updateOrganization'> {
    return this.update.execute(command, known(origin));
  }
}
