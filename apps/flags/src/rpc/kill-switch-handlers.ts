import { flagsRpc } from '#libs/contracts';
import { Controller } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { CreateKillSwitch } from '../application/create-kill-switch.js';
import { UpdateKillSwitch } from '../application/update-kill-switch.js';
import { DeleteKillSwitch } from '../application/delete-kill-switch.js';
import { ActivateKillSwitch } from '../application/activate-kill-switch.js';
import { DeactivateKillSwitch } from '../application/deactivate-kill-switch.js';
import { required, type Answer, type Asked } from './messages.js';

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
  create(@Payload() { command, origin }: Asked<'createKillSwitch'>): Answer<'createKillSwitch'> {
    return this.createKillSwitch.execute(command, required(origin));
  }

  @MessagePattern(flagsRpc.updateKillSwitch.subject)
  update(@Payload() { command, origin }: Asked<'updateKillSwitch'>): Answer<'updateKillSwitch'> {
    return this.updateKillSwitch.execute(command, required(origin));
  }

  @MessagePattern(flagsRpc.deleteKillSwitch.subject)
  delete(@Payload() { command, origin }: Asked<'deleteKillSwitch'>): Answer<'deleteKillSwitch'> {
    return this.deleteKillSwitch.execute(command, required(origin));
  }

  @MessagePattern(flagsRpc.activateKillSwitch.subject)
  activate(@Payload() { command, origin }: Asked<'activateKillSwitch'>): Answer<'activateKillSwitch'> {
    return this.activateKillSwitch.execute(command, required(origin));
  }

  @MessagePattern(flagsRpc.deactivateKillSwitch.subject)
  deactivate(@Payload() { command, origin }: Asked<'deactivateKillSwitch'>): Answer<'deactivateKillSwitch'> {
    return this.deactivateKillSwitch.execute(command, required(origin));
  }
}
