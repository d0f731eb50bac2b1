import { Get, Inject, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { AnswerOf, analyticsRpc, Origin } from '#libs/contracts';
import { Person, PersonOf, readPage, type PersonCaller, type QueryOf } from '#libs/http';
import { may } from '../../domain/permissions.js';
import * as examples from '../../openapi/analytics-examples.js';
import { Documented, Query } from '../../openapi/documented.js';
import { page } from '../../openapi/examples.js';
import { filterParams, listParams, liveParams, questionOf } from './event-filters.js';
import { openLiveStream } from './live-stream.js';
import { EventQuestions } from '../../application/events/event-questions.js';
import { LiveEvents } from '../../application/events/live-events.js';
import { Management } from '../input/management.js';
import { OriginOf } from '../access/origin.js';

const filterErrors = [
  'not_found',
  'invalid_environment_name',
  'invalid_properties',
  'invalid_string',
  'too_long',
] as const;
const countErrors = [...filterErrors, 'invalid_id', 'invalid_timestamp', 'overloaded'] as const;

@Management('api/orgs/:org/analytics', 'Events')
export class EventsController {
  constructor(
    @Inject(EventQuestions) private readonly questions: EventQuestions,
    @Inject(LiveEvents) private readonly live: LiveEvents,
  ) {}

  @Get('events')
  @Person(may.queryEvents)
  @Documented({
    summary: 'Events, newest first; a page may be shorter than `limit` without being the last',
    example: page(examples.event),
    errors: [...countErrors, 'invalid_limit', 'invalid_cursor'],
  })
  list(
    @Query(listParams) query: QueryOf<typeof listParams>,
    @OriginOf() origin: Origin,
  ): Promise<AnswerOf<typeof analyticsRpc.listEvents>> {
    const { with_total } = query;
    return this.questions.list({ ...questionOf(query), page: readPage(query, 'desc'), with_total }, { origin });
  }

  @Get('events/count')
  @Person(may.queryEvents)
  @Documented({ summary: 'The number of events', example: examples.eventCount, errors: countErrors })
  count(
    @Query(filterParams) query: QueryOf<typeof filterParams>,
    @OriginOf() origin: Origin,
  ): Promise<AnswerOf<typeof analyticsRpc.countEvents>> {
    return this.questions.count(questionOf(query), { origin });
  }

  @Get('live')
  @Person(may.queryEvents)
  @Documented({
    summary:
      'Events as they arrive, as server-sent events, until the access token expires; to pause, keep reading and show nothing',
    contentTypes: ['text/event-stream'],
    example: examples.liveEvents,
    errors: [...filterErrors, 'overloaded'],
  })
  async follow(
    @Query(liveParams) { environment, ...filter }: QueryOf<typeof liveParams>,
    @PersonOf() { user, sessionId, expiresAt }: PersonCaller,
    @OriginOf() origin: Origin,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const environment_id = await this.questions.environmentId(environment, { origin });
    // HEAD: the headers without a stream.
    if (request.method === 'HEAD') return void reply.type('text/event-stream').send();
    const caller = { userId: user.id, orgId: origin.scope, sessionId, expiresAt };
    await this.live.follow(caller, { ...filter, environment_id }, () => openLiveStream(reply));
  }
}
