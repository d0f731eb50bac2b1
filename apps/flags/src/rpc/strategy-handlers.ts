import { targetingRpc } from '#libs/contracts';
import { Controller } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { CreateStrategy } from '../application/create-strategy.js';
import { ListStrategies } from '../application/list-strategies.js';
import { GetStrategy } from '../application/get-strategy.js';
import { UpdateStrategy } from '../application/update-strategy.js';
import { DeleteStrategy } from '../application/delete-strategy.js';
import { required, type Answer, type Asked } from './messages.js';

/** Strategies. */
@Controller()
export class StrategyHandlers {
  constructor(
    private readonly createStrategy: CreateStrategy,
    private readonly listStrategies: ListStrategies,
    private readonly getStrategy: GetStrategy,
    private readonly updateStrategy: UpdateStrategy,
    private readonly deleteStrategy: DeleteStrategy,
  ) {}

  @MessagePattern(targetingRpc.createStrategy.subject)
  create(@Payload() { command, origin }: Asked<'createStrategy'>): Answer<'createStrategy'> {
    return this.createStrategy.execute(command, required(origin));
  }

  @MessagePattern(targetingRpc.listStrategies.subject)
  list(@Payload() { command, origin }: Asked<'listStrategies'>): Answer<'listStrategies'> {
    return this.listStrategies.execute(command, required(origin));
  }

  @MessagePattern(targetingRpc.getStrategy.subject)
  get(@Payload() { command, origin }: Asked<'getStrategy'>): Answer<'getStrategy'> {
    return this.getStrategy.execute(command, required(origin));
  }

  @MessagePattern(targetingRpc.updateStrategy.subject)
  update(@Payload() { command, origin }: Asked<'updateStrategy'>): Answer<'updateStrategy'> {
    return this.updateStrategy.execute(command, required(origin));
  }

  @MessagePattern(targetingRpc.deleteStrategy.subject)
  delete(@Payload() { command, origin }: Asked<'deleteStrategy'>): Answer<'deleteStrategy'> {
    return this.deleteStrategy.execute(command, required(origin));
  }
}
