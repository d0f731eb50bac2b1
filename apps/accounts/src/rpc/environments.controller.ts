import { Controller, Inject } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { accountsRpc } from '#libs/contracts';
import { CreateEnvironment } from '../application/create-environment.js';
import { GetEnvironment } from '../application/get-environment.js';
import { ListEnvironments } from '../application/list-environments.js';
import { known, type Answer, type Asked } from './messages.js';

@Controller()
export class EnvironmentsController {
  constructor(
    @Inject(ListEnvironments) private readonly list: ListEnvironments,
    @Inject(GetEnvironment) private readonly get: GetEnvironment,
    @Inject(CreateEnvironment) private readonly create: CreateEnvironment,
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
}
