import { flagsRpc } from '#libs/contracts';
import { Controller } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { ListKillSwitches } from '../application/list-kill-switches.js';
import { GetKillSwitch } from '../application/get-kill-switch.js';
import { required, type Answer, type Asked } from './messages.js';

/** Kill switches: what they are now. */
@Controller()
export class KillSwitchQueryHandlers {
  constructor(
    private readonly listKillSwitches: ListKillSwitches,
    private readonly getKillSwitch: GetKillSwitch,
  ) {}

  @MessagePattern(flagsRpc.listKillSwitches.subject)
  list(@Payload() { command, origin }: Asked<'listKillSwitches'>): Answer<'listKillSwitches'> {
    return this.listKillSwitches.execute(command, required(origin));
  }

  @MessagePattern(flagsRpc.getKillSwitch.subject)
  get(@Payload() { command, origin }: Asked<'getKillSwitch'>): Answer<'getKillSwitch'> {
    return this.getKillSwitch.execute(command, required(origin));
  }
}
