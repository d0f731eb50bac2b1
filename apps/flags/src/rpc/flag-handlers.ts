import { flagsRpc, type AnswerOf, type CommandOf, type RpcRequest } from '#libs/contracts';
import { Controller } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { CreateFlag } from '../application/create-flag.js';
import { UpdateFlag } from '../application/update-flag.js';
import { ArchiveFlag } from '../application/archive-flag.js';
import { RestoreFlag } from '../application/restore-flag.js';
import { required } from './required-origin.js';

type Request<R> = RpcRequest<CommandOf<R>>;
type Answer<R> = Promise<AnswerOf<R>>;

/** Flags: who they are. */
@Controller()
export class FlagHandlers {
  constructor(
    private readonly createFlag: CreateFlag,
    private readonly updateFlag: UpdateFlag,
    private readonly archiveFlag: ArchiveFlag,
    private readonly restoreFlag: RestoreFlag,
  ) {}

  @MessagePattern(flagsRpc.createFlag.subject)
  create(@Payload() { command, origin }: Request<typeof flagsRpc.createFlag>): Answer<typeof flagsRpc.createFlag> {
    return this.createFlag.execute(command, required(origin));
  }

  @MessagePattern(flagsRpc.updateFlag.subject)
  update(@Payload() { command, origin }: Request<typeof flagsRpc.updateFlag>): Answer<typeof flagsRpc.updateFlag> {
    return this.updateFlag.execute(command, required(origin));
  }

  @MessagePattern(flagsRpc.archiveFlag.subject)
  archive(@Payload() { command, origin }: Request<typeof flagsRpc.archiveFlag>): Answer<typeof flagsRpc.archiveFlag> {
    return this.archiveFlag.execute(command, required(origin));
  }

  @MessagePattern(flagsRpc.restoreFlag.subject)
  restore(@Payload() { command, origin }: Request<typeof flagsRpc.restoreFlag>): Answer<typeof flagsRpc.restoreFlag> {
    return this.restoreFlag.execute(command, required(origin));
  }
}
