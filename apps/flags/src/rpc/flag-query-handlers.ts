import { flagsRpc } from '#libs/contracts';
import { Controller } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { ListFlags } from '../application/list-flags.js';
import { GetFlag } from '../application/get-flag.js';
import { required, type Answer, type Asked } from './messages.js';

/** Flags: what they are now. */
@Controller()
export class FlagQueryHandlers {
  constructor(
    private readonly listFlags: ListFlags,
    private readonly getFlag: GetFlag,
  ) {}

  @MessagePattern(flagsRpc.listFlags.subject)
  list(@Payload() { command, origin }: Asked<'listFlags'>): Answer<'listFlags'> {
    return this.listFlags.execute(command, required(origin));
  }

  @MessagePattern(flagsRpc.getFlag.subject)
  get(@Payload() { command, origin }: Asked<'getFlag'>): Answer<'getFlag'> {
    return this.getFlag.execute(command, required(origin));
  }
}
