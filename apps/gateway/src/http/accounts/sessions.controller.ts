import { Delete, Get, Inject, Param } from '@nestjs/common';
import { accountsRpc, type AnswerOf, type Origin, type PageOf, type SessionView } from '#libs/contracts';
import { pageParams, Person, PersonOf, readPage, type PersonCaller, type QueryOf } from '#libs/http';
import { RpcClient } from '#libs/bus';
import { Documented, Query } from '../../openapi/documented.js';
import { page } from '../../openapi/examples.js';
import * as examples from '../../openapi/people-examples.js';
import { OriginOf } from '../access/origin.js';
import { Management } from '../input/management.js';
import { idParam } from '../input/params.js';

/** The sign-ins of the calling person. */
@Management('api/auth/sessions', 'Sign-in')
@Person()
export class SessionsController {
  constructor(@Inject(RpcClient) private readonly rpc: RpcClient) {}

  @Get()
  @Documented({
    summary: 'My sessions that can be renewed, with time, address and user agent',
    example: page(examples.session),
    errors: ['invalid_limit', 'invalid_cursor'],
  })
  list(
    @Query(pageParams) query: QueryOf<typeof pageParams>,
    @PersonOf() { sessionId: session_id }: PersonCaller,
    @OriginOf() origin: Origin,
  ): Promise<PageOf<SessionView>> {
    return this.rpc.ask(accountsRpc.listSessions, { session_id, page: readPage(query) }, origin);
  }

  @Delete()
  @Documented({
    summary: 'End all my sessions except the one of this request',
    example: { ended_sessions: 2 },
  })
  endOthers(
    @PersonOf() { sessionId: session_id }: PersonCaller,
    @OriginOf() origin: Origin,
  ): Promise<AnswerOf<typeof accountsRpc.endOtherSessions>> {
    return this.rpc.ask(accountsRpc.endOtherSessions, { session_id }, origin);
  }

  @Delete(':id')
  @Documented({
    summary: 'End one of my sessions: its access tokens are refused within a second',
    status: 204,
    errors: ['not_found', 'invalid_id'],
  })
  async end(@Param('id', idParam) target_id: string, @OriginOf() origin: Origin): Promise<void> {
    await this.rpc.ask(accountsRpc.endSession, { target_id }, origin);
  }
}
