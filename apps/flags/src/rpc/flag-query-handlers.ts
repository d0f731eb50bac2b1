import { flagsRpc, type AnswerOf, type CommandOf, type RpcRequest } from '#libs/contracts';
import { Controller } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { ListFlags } from '../application/list-flags.js';
import { GetFlag } from '../application/get-flag.js';
import { required } from './required-origin.js';

type Request<R> = RpcRequest<CommandOf<R>>;
type Answer<R> = Promise<AnswerOf<R>>;

/** Flags: what they are now. */
@Controller()
export class FlagQueryHandlers {
  constructor(
    private readonly listFlags: ListFlags,
    private readonly getFlag: GetFlag,
  ) {}

  @MessagePattern(flagsRpc.listFlags.subject)
  list(@Payload() { command, origin }: Request<typeof flagsRpc.listFlags>): Answer<typeof flagsRpc.listFlags> {
    return this.listFlags.execute(command, required(origin));
  }

  @MessagePattern(flagsRpc.getFlag.subject)
  get(@Payload() { command, origin }: Request<typeof flagsRpc.getFlag>): Answer<typeof flagsRpc.getFlag> {
    return this.getFlag.execute(command, required(origin));
  }
}
