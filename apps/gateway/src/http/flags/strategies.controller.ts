import { Delete, Get, Inject, Param, Patch, Post } from '@nestjs/common';
import {
  CreateStrategyBody,
  targetingRpc,
  UpdateStrategyBody,
  type Origin,
  type PageOf,
  type StrategyDraft,
  type StrategyPatch,
  type StrategyView,
  type Written,
} from '#libs/contracts';
import { IfMatch, readPage, pageParams, param, Person, type QueryOf } from '#libs/http';
import { RpcClient } from '#libs/bus';
import type { SeenVersions } from '#libs/kernel';
import { may } from '../../domain/permissions.js';
import { Documented, Query } from '../../openapi/documented.js';
import * as examples from '../../openapi/targeting-examples.js';
import { page } from '../../openapi/examples.js';
import { BodyOf, Management } from '../input/management.js';
import { OriginOf } from '../access/origin.js';
import { idParam } from '../input/params.js';

const listParams = { ...pageParams, platform: param.flag };
const errors = ['not_found', 'forbidden', 'invalid_id'] as const;
const fieldErrors = [
  'invalid_name',
  'invalid_condition',
  'invalid_pattern',
  'unsafe_number',
  'invalid_percentage',
  'invalid_schedule',
  'unknown_segment',
] as const;
type Answer = Promise<Written<StrategyView>>;

@Management('api/orgs/:org/strategies', 'Strategies')
export class StrategiesController {
  constructor(@Inject(RpcClient) private readonly rpc: RpcClient) {}

  @Get()
  @Person(may.read)
  @Documented({
    summary: 'Strategies',
    example: page(examples.strategy),
    errors: ['not_found', 'invalid_limit', 'invalid_cursor'],
  })
  list(
    @Query(listParams) query: QueryOf<typeof listParams>,
    @OriginOf() origin: Origin,
  ): Promise<PageOf<StrategyView>> {
    return this.rpc.ask(
      targetingRpc.listStrategies,
      { filter: { platform: query.platform }, page: readPage(query) },
      origin,
    );
  }

  @Post()
  @Person(may.editObjects)
  @Documented({
    summary: 'Create a strategy: conditions that rules refer to by name',
    status: 201,
    body: true,
    example: examples.strategy,
    errors: ['not_found', 'forbidden', ...fieldErrors],
  })
  create(@BodyOf(CreateStrategyBody) body: CreateStrategyBody, @OriginOf() origin: Origin): Answer {
    return this.rpc.ask(targetingRpc.createStrategy, body as StrategyDraft, origin);
  }

  @Get(':id')
  @Person(may.read)
  @Documented({ summary: 'A strategy', example: examples.strategy, errors: ['not_found', 'invalid_id'] })
  get(@Param('id', idParam) id: string, @OriginOf() origin: Origin): Promise<StrategyView> {
    return this.rpc.ask(targetingRpc.getStrategy, { id }, origin);
  }

  @Patch(':id')
  @Person(may.editObjects)
  @Documented({
    summary: 'Change a strategy, and with it every rule that refers to it',
    body: true,
    concurrent: true,
    example: examples.strategy,
    errors: [...errors, ...fieldErrors],
  })
  update(
    @Param('id', idParam) id: string,
    @BodyOf(UpdateStrategyBody) patch: UpdateStrategyBody,
    @IfMatch() if_version: SeenVersions | undefined,
    @OriginOf() origin: Origin,
  ): Answer {
    return this.rpc.ask(targetingRpc.updateStrategy, { id, patch: patch as StrategyPatch, if_version }, origin);
  }

  @Delete(':id')
  @Person(may.editObjects)
  @Documented({
    summary: 'Delete a strategy that no rule refers to',
    status: 204,
    concurrent: true,
    errors: [...errors, 'strategy_in_use'],
  })
  delete(
    @Param('id', idParam) id: string,
    @IfMatch() if_version: SeenVersions | undefined,
    @OriginOf() origin: Origin,
  ): Answer {
    return this.rpc.ask(targetingRpc.deleteStrategy, { id, if_version }, origin);
  }
}
