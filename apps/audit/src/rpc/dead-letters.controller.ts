import { Controller, Inject } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { auditRpc, PLATFORM, systemOrigin, type AnswerOf, type CommandOf, type RpcRequest } from '#libs/contracts';
import { ListDeadLetters } from '../application/list-dead-letters.js';
import { ReplayDeadLetter } from '../application/replay-dead-letter.js';

type List = typeof auditRpc.listDeadLetters;
type Replay = typeof auditRpc.replayDeadLetter;

@Controller()
export class DeadLettersController {
  constructor(
    @Inject(ListDeadLetters) private readonly list: ListDeadLetters,
    @Inject(ReplayDeadLetter) private readonly replay: ReplayDeadLetter,
  ) {}

  @MessagePattern(auditRpc.listDeadLetters.subject)
  listDeadLetters(@Payload() { command }: RpcRequest<CommandOf<List>>): Promise<AnswerOf<List>> {
    return this.list.execute(command);
  }

  @MessagePattern(auditRpc.replayDeadLetter.subject)
  replayDeadLetter(@Payload() { command, origin }: RpcRequest<CommandOf<Replay>>): Promise<AnswerOf<Replay>> {
    return this.replay.execute(command.id, origin ?? systemOrigin(PLATFORM, 'audit'));
  }
}
