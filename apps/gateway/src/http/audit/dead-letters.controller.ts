import { Get, Inject, Param, Post } from '@nestjs/common';
import { auditRpc, NoFieldsBody, type DeadLetterView, type Origin, type PageOf } from '#libs/contracts';
import { EmptyBody, pageParams, param, Person, readPage, type QueryOf } from '#libs/http';
import { RpcClient } from '#libs/bus';
import { may } from '../../domain/permissions.js';
import { Documented, Query } from '../../openapi/documented.js';
import * as examples from '../../openapi/examples.js';
import { BodyOf, Management } from '../input/management.js';
import { OriginOf } from '../access/origin.js';

const listParams = { ...pageParams, consumer: param.text() };

/** Messages that a consumer could not process. Payloads are left out, since they may hold personal data. */
@Management('api/admin/dead-letters', 'Platform')
@Person(may.runPlatform)
export class DeadLettersController {
  constructor(@Inject(RpcClient) private readonly rpc: RpcClient) {}

  @Get()
  @Documented({
    summary: 'Messages that a consumer could not process, newest first',
    example: examples.page(examples.deadLetter),
    errors: ['forbidden', 'invalid_limit', 'invalid_cursor'],
  })
  list(
    @Query(listParams) { consumer, ...page }: QueryOf<typeof listParams>,
    @OriginOf() origin: Origin,
  ): Promise<PageOf<DeadLetterView>> {
    return this.rpc.ask(auditRpc.listDeadLetters, { ...readPage(page, 'desc'), consumer }, origin);
  }

  @Post(':id/replay')
  @EmptyBody()
  @Documented({
    summary: 'Publish the message again on its subject; possible once per dead letter',
    status: 202,
    body: true,
    example: { ...examples.deadLetter, replayed_at: examples.deadLetter.at },
    errors: ['forbidden', 'not_found', 'conflict'],
  })
  replay(
    @Param('id') id: string,
    @BodyOf(NoFieldsBody) _body: NoFieldsBody,
    @OriginOf() origin: Origin,
  ): Promise<DeadLetterView> {
    return this.rpc.ask(auditRpc.replayDeadLetter, { id }, origin);
  }
}
