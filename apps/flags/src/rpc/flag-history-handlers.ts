import { flagsRpc } from '#libs/contracts';
import { Controller } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { ListHistory } from '../application/list-history.js';
import { RollbackFlag } from '../application/rollback-flag.js';
import { required, type Answer, type Asked } from './messages.js';

/** Flags: what they were. */
@Controller()
export class FlagHistoryHandlers {
  constructor(
    private readonly listHistory: ListHistory,
    private readonly rollbackFlag: RollbackFlag,
  ) {}

  @MessagePattern(flagsRpc.listHistory.subject)
  list(@Payload() { command, origin }: Asked<'listHistory'>): Answer<'listHistory'> {
    return this.listHistory.execute(command, required(origin));
  }

  @MessagePattern(flagsRpc.rollbackFlag.subject)
  rollback(@Payload() { command, origin }: Asked<'rollbackFlag'>): Answer<'rollbackFlag'> {
    return this.rollbackFlag.execute(command, required(origin));
  }
}
