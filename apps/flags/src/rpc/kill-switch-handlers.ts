import { flagsRpc, type AnswerOf, type CommandOf, type RpcRequest } from '#libs/contracts';
import { Controller } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { CreateKillSwitch } from '../application/create-kill-switch.js';
import { UpdateKillSwitch } from '../application/update-kill-switch.js';
import { DeleteKillSwitch } from '../application/delete-kill-switch.js';
import { ActivateKillSwitch } from '../application/activate-kill-switch.js';
import { DeactivateKillSwitch } from '../application/deactivate-kill-switch.js';
import { required } from './required-origin.js';

type Request<R> = RpcRequest<CommandOf<R>>;
type Answer<R> = Promise<AnswerOf<R>>;

/** Kill switches: everything that changes one. */
@Controller()
export class KillSwitchHandlers {
  constructor(
    private readonly createKillSwitch: CreateKillSwitch,
    private readonly updateKillSwitch: UpdateKillSwitch,
    private readonly deleteKillSwitch: DeleteKillSwitch,
    private readonly activateKillSwitch: ActivateKillSwitch,
    private readonly deactivateKillSwitch: DeactivateKillSwitch,
  ) {}

  @MessagePattern(flagsRpc.createKillSwitch.subject)
  create(
    @Payload() { command, origin }: Request<typeof flagsRpc.createKillSwitch>,
  ): Answer<typeof flagsRpc.createKillSwitch> {
    return this.createKillSwitch.execute(command, required(origin));
  }

  @MessagePattern(flagsRpc.updateKillSwitch.subject)
  update(
    @Payload() { command, origin }: Request<typeof flagsRpc.updateKillSwitch>,
  ): Answer<typeof flagsRpc.updateKillSwitch> {
    return this.updateKillSwitch.execute(command, required(origin));
  }

  @MessagePattern(flagsRpc.deleteKillSwitch.subject)
  delete(
    @Payload() { command, origin }: Request<typeof flagsRpc.deleteKillSwitch>,
  ): Answer<typeof flagsRpc.deleteKillSwitch> {
    return this.deleteKillSwitch.execute(command, required(origin));
  }

  @MessagePattern(flagsRpc.activateKillSwitch.subject)
  activate(
    @Payload() { command, origin }: Request<typeof flagsRpc.activateKillSwitch>,
  ): Answer<typeof flagsRpc.activateKillSwitch> {
    return this.activateKillSwitch.execute(command, required(origin));
  }

  @MessagePattern(flagsRpc.deactivateKillSwitch.subject)
  deactivate(
    @Payload() { command, origin }: Request<typeof flagsRpc.deactivateKillSwitch>,
  ): Answer<typeof flagsRpc.deactivateKillSwitch> {
    return this.deactivateKillSwitch.execute(command, required(origin));
  }
}
