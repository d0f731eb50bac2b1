import { Controller, Inject } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { analyticsRpc, type AnswerOf, type CommandOf, type Origin, type RpcRequest } from '#libs/contracts';
import { AppError } from '#libs/kernel';
import { EventQueries } from '../application/event-queries.js';

type Asked<Name extends keyof typeof analyticsRpc> = RpcRequest<CommandOf<(typeof analyticsRpc)[Name]>>;
type Answer<Name extends keyof typeof analyticsRpc> = Promise<AnswerOf<(typeof analyticsRpc)[Name]>>;

@Controller()
export class EventsController {
  constructor(@Inject(EventQueries) private readonly events: EventQueries) {}

  @MessagePattern(analyticsRpc.listEvents.subject)
  listEvents(@Payload() { command, origin }: Asked<'listEvents'>): Answer<'listEvents'> {
    const { filter, page, with_total = false } = command;
    return this.events.list(known(origin).scope, filter, page, with_total);
  }

  @MessagePattern(analyticsRpc.countEvents.subject)
  async countEvents(@Payload() { command, origin }: Asked<'countEvents'>): Answer<'countEvents'> {
    return { count: await this.events.count(known(origin).scope, command.filter) };
  }

  @MessagePattern(analyticsRpc.exportEvents.subject)
  async exportEvents(@Payload() { command, origin }: Asked<'exportEvents'>): Answer<'exportEvents'> {
    const { filter, format, cursor } = command;
    const by = known(origin);
    if (cursor === undefined) await this.events.beginExport(by, filter, format);
    return this.events.exportPart(by.scope, filter, cursor);
  }
}

/** Events belong to an organization: without one there is nothing to ask for. */
function known(origin: Origin | undefined): Origin {
  if (origin === undefined || origin.scope === 'platform') {
    throw new AppError('not_found', 'Events belong to an organization');
  }
  return origin;
}
