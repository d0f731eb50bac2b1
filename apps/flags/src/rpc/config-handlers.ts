import { flagsRpc, type AnswerOf, type CommandOf, type RpcRequest } from '#libs/contracts';
import { Controller } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { ListConfigs } from '../application/list-configs.js';
import { GetConfig } from '../application/get-config.js';
import { UpdateConfig } from '../application/update-config.js';
import { required } from './required-origin.js';

type Request<R> = RpcRequest<CommandOf<R>>;
type Answer<R> = Promise<AnswerOf<R>>;

/** Configurations of flags in environments. */
@Controller()
export class ConfigHandlers {
  constructor(
    private readonly listConfigs: ListConfigs,
    private readonly getConfig: GetConfig,
    private readonly updateConfig: UpdateConfig,
  ) {}

  @MessagePattern(flagsRpc.listConfigs.subject)
  list(@Payload() { command, origin }: Request<typeof flagsRpc.listConfigs>): Answer<typeof flagsRpc.listConfigs> {
    return this.listConfigs.execute(command, required(origin));
  }

  @MessagePattern(flagsRpc.getConfig.subject)
  get(@Payload() { command, origin }: Request<typeof flagsRpc.getConfig>): Answer<typeof flagsRpc.getConfig> {
    return this.getConfig.execute(command, required(origin));
  }

  @MessagePattern(flagsRpc.updateConfig.subject)
  update(@Payload() { command, origin }: Request<typeof flagsRpc.updateConfig>): Answer<typeof flagsRpc.updateConfig> {
    return this.updateConfig.execute(command, required(origin));
  }
}
