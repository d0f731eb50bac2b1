import { flagsRpc, type AnswerOf, type CommandOf, type RpcRequest } from '#libs/contracts';
import { Controller } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { ListKillSwitches } from '../application/list-kill-switches.js';
import { GetKillSwitch } from '../application/get-kill-switch.js';
import { required } from './required-origin.js';

type Request<R> = RpcRequest<CommandOf<R>>;
type Answer<R> = Promise<AnswerOf<R>>;

/** Kill switches: what they are now. */
@Controller()
export class KillSwitchQueryHandlers {
  constructor(
    private readonly listKillSwitches: ListKillSwitches,
    private readonly getKillSwitch: GetKillSwitch,
  ) {}

  @MessagePattern(flagsRpc.listKillSwitches.subject)
  list(
    @Payload() { command, origin }: Request<typeof flagsRpc.listKillSwitches>,
  ): Answer<typeof flagsRpc.listKillSwitches> {
    return this.listKillSwitches.execute(command, required(origin));
  }

  @MessagePattern(flagsRpc.getKillSwitch.subject)
  get(@Payload() { command, origin }: Request<typeof flagsRpc.getKillSwitch>): Answer<typeof flagsRpc.getKillSwitch> {
    return this.getKillSwitch.execute(command, required(origin));
  }
}
