import { Controller, Inject } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { accountsRpc } from '#libs/contracts';
import { CreateEnvironment } from '../application/environments/create-environment.js';
import { DeleteEnvironment } from '../application/environments/delete-environment.js';
import { GetEnvironment } from '../application/environments/get-environment.js';
import { ListEnvironments } from '../application/environments/list-environments.js';
import { UpdateEnvironment } from '../application/environments/update-environment.js';
import { known, type Answer, type Asked } from './messages.js';

@Controller()
export class EnvironmentsController {
  constructor(
    @Inject(ListEnvironments) private readonly list: ListEnvironments,
    @Inject(GetEnvironment) private readonly get: GetEnvironment,
    @Inject(CreateEnvironment) private readonly create: CreateEnvironment,
    @Inject(UpdateEnvironment) private readonly update: UpdateEnvironment,
    @Inject(DeleteEnvironment) private readonly remove: DeleteEnvironment,
  ) {}

  @MessagePattern(accountsRpc.listEnvironments.subject)
  listEnvironments(@Payload() { command, origin }: Asked<'listEnvironments'>): Answer<'listEnvironments'> {
    return this.list.execute(command, known(origin));
  }

  @MessagePattern(accountsRpc.getEnvironment.subject)
  getEnvironment(@Payload() { command, origin }: Asked<'getEnvironment'>): Answer<'getEnvironment'> {
    return this.get.execute(command, known(origin));
  }

  @MessagePattern(accountsRpc.createEnvironment.subject)
  createEnvironment(@Payload() { command, origin }: Asked<'createEnvironment'>): Answer<'createEnvironment'> {
    return this.create.execute(command, known(origin));
  }

  @MessagePattern(accountsRpc.updateEnvironment.subject)
  updateEnvironment(@Payload() { command, origin }: Asked<'updateEnvironment'>): Answer<'updateEnvironment'> {
    return this.update.execute(command, known(origin));
  }

  @MessagePattern(accountsRpc.deleteEnvironment.subject)
  deleteEnvironment(@Payload() { command, origin }: Asked<'deleteEnvironment'>): Answer<'deleteEnvironment'> {
    return this.remove.execute(command, known(origin));
  }
}
