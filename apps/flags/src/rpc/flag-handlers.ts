import { flagsRpc } from '#libs/contracts';
import { Controller } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { CreateFlag } from '../application/create-flag.js';
import { UpdateFlag } from '../application/update-flag.js';
import { ArchiveFlag } from '../application/archive-flag.js';
import { DeleteFlag } from '../application/delete-flag.js';
import { RestoreFlag } from '../application/restore-flag.js';
import { required, type Answer, type Asked } from './messages.js';

/** Flags: who they are. */
@Controller()
export class FlagHandlers {
  constructor(
    private readonly createFlag: CreateFlag,
    private readonly updateFlag: UpdateFlag,
    private readonly archiveFlag: ArchiveFlag,
    private readonly restoreFlag: RestoreFlag,
    private readonly deleteFlag: DeleteFlag,
  ) {}

  @MessagePattern(flagsRpc.createFlag.subject)
  create(@Payload() { command, origin }: Asked<'createFlag'>): Answer<'createFlag'> {
    return this.createFlag.execute(command, required(origin));
  }

  @MessagePattern(flagsRpc.updateFlag.subject)
  update(@Payload() { command, origin }: Asked<'updateFlag'>): Answer<'updateFlag'> {
    return this.updateFlag.execute(command, required(origin));
  }

  @MessagePattern(flagsRpc.archiveFlag.subject)
  archive(@Payload() { command, origin }: Asked<'archiveFlag'>): Answer<'archiveFlag'> {
    return this.archiveFlag.execute(command, required(origin));
  }

  @MessagePattern(flagsRpc.restoreFlag.subject)
  restore(@Payload() { command, origin }: Asked<'restoreFlag'>): Answer<'restoreFlag'> {
    return this.restoreFlag.execute(command, required(origin));
  }

  @MessagePattern(flagsRpc.deleteFlag.subject)
  delete(@Payload() { command, origin }: Asked<'deleteFlag'>): Answer<'deleteFlag'> {
    return this.deleteFlag.execute(command, required(origin));
  }
}
