import { Delete, Get, Inject, Param, Patch, Post } from '@nestjs/common';
import {
  CreateFlagBody,
  flagsRpc,
  NoFieldsBody,
  UpdateFlagBody,
  type FlagDraft,
  type FlagListItem,
  type FlagPatch,
  type FlagView,
  type Origin,
  type PageOf,
  type Written,
} from '#libs/contracts';
import { EmptyBody, IfMatch, readPage, pageParams, param, Person, type QueryOf } from '#libs/http';
import { RpcClient } from '#libs/bus';
import type { SeenVersions } from '#libs/kernel';
import { may } from '../../domain/permissions.js';
import { Documented, Query } from '../../openapi/documented.js';
import * as examples from '../../openapi/examples.js';
import { BodyOf, Management } from '../input/management.js';
import { OriginOf } from '../access/origin.js';
import { flagParam } from '../input/params.js';

const listParams = {
  ...pageParams,
  search: param.text(),
  tag: param.text(100),
  archived: param.flag,
  platform: param.flag,
};
const fieldErrors = [
  'not_found',
  'forbidden',
  'invalid_name',
  'no_variants',
  'duplicate_variant',
  'invalid_variant',
  'default_variant_missing',
  'unknown_prerequisite',
  'prerequisite_cycle',
  'invalid_metadata',
  'unsafe_number',
] as const;

@Management('api/orgs/:org/flags', 'Flags')
export class FlagsController {
  constructor(@Inject(RpcClient) private readonly rpc: RpcClient) {}

  @Get()
  @Person(may.read)
  @Documented({
    summary: 'Flags, each with the state of its configs',
    example: examples.page(examples.flagListItem),
    errors: ['not_found', 'invalid_limit', 'invalid_cursor'],
  })
  list(
    @Query(listParams) query: QueryOf<typeof listParams>,
    @OriginOf() origin: Origin,
  ): Promise<PageOf<FlagListItem>> {
    const { search, tag, archived, platform } = query;
    return this.rpc.ask(
      flagsRpc.listFlags,
      { filter: { search, tag, archived, platform }, page: readPage(query) },
      origin,
    );
  }

  @Post()
  @Person(may.editObjects)
  @Documented({
    summary: 'Create a flag',
    status: 201,
    body: true,
    example: examples.flag,
    errors: [...fieldErrors, 'invalid_flag_key', 'already_exists'],
  })
  create(@BodyOf(CreateFlagBody) body: CreateFlagBody, @OriginOf() origin: Origin): Promise<Written<FlagView>> {
    return this.rpc.ask(flagsRpc.createFlag, body as FlagDraft, origin);
  }

  @Get(':key')
  @Person(may.read)
  @Documented({ summary: 'A flag', example: examples.flag, errors: ['not_found'] })
  get(@Param('key', flagParam) key: string, @OriginOf() origin: Origin): Promise<FlagView> {
    return this.rpc.ask(flagsRpc.getFlag, { key }, origin);
  }

  @Patch(':key')
  @Person(may.editObjects)
  @Documented({
    summary: 'Change a flag',
    body: true,
    concurrent: true,
    example: examples.flag,
    errors: [...fieldErrors, 'archived', 'variant_in_use'],
  })
  update(
    @Param('key', flagParam) key: string,
    @BodyOf(UpdateFlagBody) patch: UpdateFlagBody,
    @IfMatch() if_version: SeenVersions | undefined,
    @OriginOf() origin: Origin,
  ): Promise<Written<FlagView>> {
    return this.rpc.ask(flagsRpc.updateFlag, { key, patch: patch as FlagPatch, if_version }, origin);
  }

  @Delete(':key')
  @Person(may.deleteForGood)
  @Documented({
    summary: 'Delete an archived flag for good, with its configs and its history',
    status: 204,
    concurrent: true,
    errors: ['not_found', 'forbidden', 'in_use'],
  })
  delete(
    @Param('key', flagParam) key: string,
    @IfMatch() if_version: SeenVersions | undefined,
    @OriginOf() origin: Origin,
  ): Promise<Written<FlagView>> {
    return this.rpc.ask(flagsRpc.deleteFlag, { key, if_version }, origin);
  }

  @Post(':key/archive')
  @Person(may.editObjects)
  @EmptyBody()
  @Documented({
    summary: 'Archive a flag',
    body: true,
    concurrent: true,
    example: examples.flag,
    errors: ['not_found', 'forbidden', 'in_use'],
  })
  archive(
    @Param('key', flagParam) key: string,
    @BodyOf(NoFieldsBody) _body: NoFieldsBody,
    @IfMatch() if_version: SeenVersions | undefined,
    @OriginOf() origin: Origin,
  ): Promise<Written<FlagView>> {
    return this.rpc.ask(flagsRpc.archiveFlag, { key, if_version }, origin);
  }

  @Post(':key/restore')
  @Person(may.editObjects)
  @EmptyBody()
  @Documented({
    summary: 'Restore an archived flag',
    body: true,
    concurrent: true,
    example: examples.flag,
    errors: ['not_found', 'forbidden'],
  })
  restore(
    @Param('key', flagParam) key: string,
    @BodyOf(NoFieldsBody) _body: NoFieldsBody,
    @IfMatch() if_version: SeenVersions | undefined,
    @OriginOf() origin: Origin,
  ): Promise<Written<FlagView>> {
    return this.rpc.ask(flagsRpc.restoreFlag, { key, if_version }, origin);
  }
}
