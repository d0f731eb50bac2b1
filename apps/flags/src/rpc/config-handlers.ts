import { flagsRpc } from '#libs/contracts';
import { Controller } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { ListConfigs } from '../application/list-configs.js';
import { GetConfig } from '../application/get-config.js';
import { CopyConfig } from '../application/copy-config.js';
import { UpdateConfig } from '../application/update-config.js';
import { required, type Answer, type Asked } from './messages.js';

/** Configurations of flags in environments. */
@Controller()
export class ConfigHandlers {
  constructor(
    private readonly listConfigs: ListConfigs,
    private readonly getConfig: GetConfig,
    private readonly updateConfig: UpdateConfig,
    private readonly copyConfig: CopyConfig,
  ) {}

  @MessagePattern(flagsRpc.listConfigs.subject)
  list(@Payload() { command, origin }: Asked<'listConfigs'>): Answer<'listConfigs'> {
    return this.listConfigs.execute(command, required(origin));
  }

  @MessagePattern(flagsRpc.getConfig.subject)
  get(@Payload() { command, origin }: Asked<'getConfig'>): Answer<'getConfig'> {
    return this.getConfig.execute(command, required(origin));
  }

  @MessagePattern(flagsRpc.updateConfig.subject)
  update(@Payload() { command, origin }: Asked<'updateConfig'>): Answer<'updateConfig'> {
    return this.updateConfig.execute(command, required(origin));
  }

  @MessagePattern(flagsRpc.copyConfig.subject)
  copy(@Payload() { command, origin }: Asked<'copyConfig'>): Answer<'copyConfig'> {
    return this.copyConfig.execute(command, required(origin));
  }
}
