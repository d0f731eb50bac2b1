import { Get, Inject, Post, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Readable } from 'node:stream';
import { ExportEventsBody, type AnswerOf, type analyticsRpc, type KeyRecord, type Origin } from '#libs/contracts';
import { ApiKey, EmptyBody, KeyOf, readPage, type QueryOf } from '#libs/http';
import * as examples from '../../openapi/analytics-examples.js';
import { Documented, Query } from '../../openapi/documented.js';
import { page } from '../../openapi/examples.js';
import { exportFormats } from '../../domain/event-export.js';
import { filterParams, listParams, questionOf, questionOfBody } from './event-filters.js';
import { EventQuestions } from '../../application/events/event-questions.js';
import { BodyOf, Management } from '../input/management.js';
import { KeyOrigin } from '../access/origin.js';

const filterErrors = [
  'environment_mismatch',
  'not_found',
  'invalid_id',
  'invalid_timestamp',
  'invalid_environment_name',
  'invalid_properties',
  'overloaded',
] as const;

/** The event store for applications. A key that belongs to an environment reads only the events of that environment. */
@Management('api/analytics/events', 'Events')
@ApiKey('analytics_rw')
export class KeyEventsController {
  constructor(@Inject(EventQuestions) private readonly questions: EventQuestions) {}

  @Get()
  @Documented({
    summary: 'Events, newest first; a page may be shorter than `limit` without being the last',
    by: 'keys',
    example: page(examples.event),
    errors: [...filterErrors, 'invalid_limit', 'invalid_cursor', 'invalid_string', 'too_long'],
  })
  list(
    @Query(listParams) query: QueryOf<typeof listParams>,
    @KeyOf() key: KeyRecord,
    @KeyOrigin() origin: Origin,
  ): Promise<AnswerOf<typeof analyticsRpc.listEvents>> {
    const { with_total } = query;
    return this.questions.list({ ...questionOf(query), page: readPage(query, 'desc'), with_total }, { origin, key });
  }

  @Get('count')
  @Documented({
    summary: 'The number of events',
    by: 'keys',
    example: examples.eventCount,
    errors: [...filterErrors, 'invalid_string', 'too_long'],
  })
  count(
    @Query(filterParams) query: QueryOf<typeof filterParams>,
    @KeyOf() key: KeyRecord,
    @KeyOrigin() origin: Origin,
  ): Promise<AnswerOf<typeof analyticsRpc.countEvents>> {
    return this.questions.count(questionOf(query), { origin, key });
  }

  @Post('export')
  @EmptyBody()
  @Documented({
    summary: 'Up to 10,000 events at once, newest first, as NDJSON or CSV; 413 when more match',
    by: 'keys',
    body: true,
    contentTypes: ['application/x-ndjson', 'text/csv'],
    example: examples.eventExport,
    errors: [...filterErrors, 'invalid_distinct_id', 'invalid_event_name', 'too_large'],
  })
  async export(
    @BodyOf(ExportEventsBody) body: ExportEventsBody,
    @KeyOf() key: KeyRecord,
    @KeyOrigin() origin: Origin,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { format = 'ndjson' } = body;
    const text = await this.questions.export({ ...questionOfBody(body), format }, { origin, key });
    reply.header('content-disposition', `attachment; filename="events.${format}"`);
    void reply.type(exportFormats[format].contentType).send(Readable.from(text));
  }
}
