import { Get, Inject, Param, Post } from '@nestjs/common';
import {
  flagsRpc,
  RollbackBody,
  type FlagVersionView,
  type Origin,
  type PageOf,
  type RolledBack,
  type Written,
} from '#libs/contracts';
import { IfMatch, readPage, pageParams, Person, type QueryOf } from '#libs/http';
import { RpcClient } from '#libs/bus';
import type { SeenVersions } from '#libs/kernel';
import { may } from '../../domain/permissions.js';
import { Documented, Query } from '../../openapi/documented.js';
import * as examples from '../../openapi/examples.js';
import { BodyOf, Management } from '../input/management.js';
import { OriginOf } from '../access/origin.js';
import { flagParam } from '../input/params.js';

@Management('api/orgs/:org/flags/:key', 'Flags')
export class FlagHistoryController {
  constructor(@Inject(RpcClient) private readonly rpc: RpcClient) {}

  @Get('history')
  @Person(may.read)
  @Documented({
    summary: 'Every state of a flag and its configs, newest first, each with its changes',
    example: examples.page(examples.flagVersion),
    errors: ['not_found', 'invalid_limit', 'invalid_cursor'],
  })
  list(
    @Param('key', flagParam) key: string,
    @Query(pageParams) query: QueryOf<typeof pageParams>,
    @OriginOf() origin: Origin,
  ): Promise<PageOf<FlagVersionView>> {
    return this.rpc.ask(flagsRpc.listHistory, { key, page: readPage(query, 'desc') }, origin);
  }

  @Post('rollback')
  @Person(may.editObjects)
  @Documented({
    summary: 'Restore the part of a flag that a history entry belongs to, as a new version',
    body: true,
    concurrent: true,
    example: examples.rolledBack,
    errors: ['not_found', 'forbidden', 'archived', 'precondition_required', 'unknown_variant', 'variant_in_use'],
  })
  rollback(
    @Param('key', flagParam) key: string,
    @BodyOf(RollbackBody) { to_version, note }: RollbackBody,
    @IfMatch() if_version: SeenVersions | undefined,
    @OriginOf() origin: Origin,
  ): Promise<Written<RolledBack>> {
    return this.rpc.ask(flagsRpc.rollbackFlag, { key, to_version, note, if_version }, origin);
  }
}
