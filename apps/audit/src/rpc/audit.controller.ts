import { Controller, Inject } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { auditRpc, PLATFORM, type AnswerOf, type CommandOf, type RpcRequest } from '#libs/contracts';
import { Entries } from '../application/ports.js';

type ListEntries = typeof auditRpc.listEntries;

@Controller()
export class AuditController {
  constructor(@Inject(Entries) private readonly entries: Entries) {}

  @MessagePattern(auditRpc.listEntries.subject)
  listEntries(@Payload() { command, origin }: RpcRequest<CommandOf<ListEntries>>): Promise<AnswerOf<ListEntries>> {
    return this.entries.list(origin?.scope ?? PLATFORM, command.filter, command.page);
  }
}
