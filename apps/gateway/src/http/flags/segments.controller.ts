import { Delete, Get, Inject, Param, Patch, Post } from '@nestjs/common';
import {
  CreateSegmentBody,
  targetingRpc,
  UpdateSegmentBody,
  type Origin,
  type PageOf,
  type SegmentDraft,
  type SegmentPatch,
  type SegmentView,
  type Written,
} from '#libs/contracts';
import { IfMatch, readPage, pageParams, param, Person, type QueryOf } from '#libs/http';
import { RpcClient } from '#libs/bus';
import type { SeenVersions } from '#libs/kernel';
import { may } from '../../domain/permissions.js';
import { Documented, Query } from '../../openapi/documented.js';
import { page } from '../../openapi/examples.js';
import * as examples from '../../openapi/targeting-examples.js';
import { BodyOf, Management } from '../input/management.js';
import { OriginOf } from '../access/origin.js';
import { segmentParam } from '../input/params.js';

const listParams = { ...pageParams, platform: param.flag };
const errors = ['not_found', 'forbidden'] as const;
const fieldErrors = [
  'invalid_name',
  'invalid_user_id',
  'invalid_condition',
  'invalid_pattern',
  'unsafe_number',
  'unknown_segment',
  'segment_cycle',
] as const;
type Answer = Promise<Written<SegmentView>>;

@Management('api/orgs/:org/segments', 'Segments')
export class SegmentsController {
  constructor(@Inject(RpcClient) private readonly rpc: RpcClient) {}

  @Get()
  @Person(may.read)
  @Documented({
    summary: 'Segments',
    example: page(examples.segment),
    errors: ['not_found', 'invalid_limit', 'invalid_cursor'],
  })
  list(@Query(listParams) query: QueryOf<typeof listParams>, @OriginOf() origin: Origin): Promise<PageOf<SegmentView>> {
    return this.rpc.ask(
      targetingRpc.listSegments,
      { filter: { platform: query.platform }, page: readPage(query) },
      origin,
    );
  }

  @Post()
  @Person(may.editObjects)
  @Documented({
    summary: 'Create a segment: people by id or by conditions',
    status: 201,
    body: true,
    example: examples.segment,
    errors: [...errors, 'invalid_segment_key', ...fieldErrors, 'already_exists'],
  })
  create(@BodyOf(CreateSegmentBody) body: CreateSegmentBody, @OriginOf() origin: Origin): Answer {
    return this.rpc.ask(targetingRpc.createSegment, body as SegmentDraft, origin);
  }

  @Get(':key')
  @Person(may.read)
  @Documented({ summary: 'A segment', example: examples.segment, errors: ['not_found'] })
  get(@Param('key', segmentParam) key: string, @OriginOf() origin: Origin): Promise<SegmentView> {
    return this.rpc.ask(targetingRpc.getSegment, { key }, origin);
  }

  @Patch(':key')
  @Person(may.editObjects)
  @Documented({
    summary: 'Change a segment; lists are replaced as a whole',
    body: true,
    concurrent: true,
    example: examples.segment,
    errors: [...errors, ...fieldErrors],
  })
  update(
    @Param('key', segmentParam) key: string,
    @BodyOf(UpdateSegmentBody) patch: UpdateSegmentBody,
    @IfMatch() if_version: SeenVersions | undefined,
    @OriginOf() origin: Origin,
  ): Answer {
    return this.rpc.ask(targetingRpc.updateSegment, { key, patch: patch as SegmentPatch, if_version }, origin);
  }

  @Delete(':key')
  @Person(may.editObjects)
  @Documented({
    summary: 'Delete a segment that no condition refers to',
    status: 204,
    concurrent: true,
    errors: [...errors, 'segment_in_use'],
  })
  delete(
    @Param('key', segmentParam) key: string,
    @IfMatch() if_version: SeenVersions | undefined,
    @OriginOf() origin: Origin,
  ): Answer {
    return this.rpc.ask(targetingRpc.deleteSegment, { key, if_version }, origin);
  }
}
