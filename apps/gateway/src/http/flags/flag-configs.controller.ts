import { Get, Inject, Param, Patch, Post } from '@nestjs/common';
import {
  CopyConfigBody,
  flagsRpc,
  UpdateFlagConfigBody,
  type FlagConfigPatch,
  type FlagConfigView,
  type Origin,
  type Written,
} from '#libs/contracts';
import { IfMatch, Person } from '#libs/http';
import { RpcClient } from '#libs/bus';
import type { SeenVersions } from '#libs/kernel';
import { may } from '../../domain/permissions.js';
import { Documented } from '../../openapi/documented.js';
import * as examples from '../../openapi/examples.js';
import { BodyOf, Management } from '../input/management.js';
import { OriginOf } from '../access/origin.js';
import { configParam, flagParam } from '../input/params.js';

@Management('api/orgs/:org/flags/:key/configs', 'Flags')
export class FlagConfigsController {
  constructor(@Inject(RpcClient) private readonly rpc: RpcClient) {}

  @Get()
  @Person(may.read)
  @Documented({
    summary: 'The configs of a flag, one for each environment',
    example: { data: [examples.flagConfig] },
    errors: ['not_found'],
  })
  list(@Param('key', flagParam) key: string, @OriginOf() origin: Origin): Promise<{ data: readonly FlagConfigView[] }> {
    return this.rpc.ask(flagsRpc.listConfigs, { key }, origin);
  }

  @Get(':env')
  @Person(may.read)
  @Documented({
    summary: 'The config of a flag in an environment',
    example: examples.flagConfig,
    errors: ['not_found'],
  })
  get(
    @Param('key', flagParam) key: string,
    @Param('env', configParam) environment: string,
    @OriginOf() origin: Origin,
  ): Promise<FlagConfigView> {
    return this.rpc.ask(flagsRpc.getConfig, { key, environment }, origin);
  }

  @Patch(':env')
  @Person(may.editObjects)
  @Documented({
    summary: 'Change the config of a flag in an environment; lists are replaced as a whole',
    body: true,
    concurrent: true,
    example: examples.flagConfig,
    errors: [
      'not_found',
      'forbidden',
      'archived',
      'precondition_required',
      'invalid_rule',
      'invalid_condition',
      'invalid_pattern',
      'unsafe_number',
      'invalid_percentage',
      'invalid_schedule',
      'duplicate_target',
      'unknown_variant',
      'unknown_segment',
      'unknown_strategy',
    ],
  })
  update(
    @Param('key', flagParam) key: string,
    @Param('env', configParam) environment: string,
    @BodyOf(UpdateFlagConfigBody) patch: UpdateFlagConfigBody,
    @IfMatch() if_version: SeenVersions | undefined,
    @OriginOf() origin: Origin,
  ): Promise<Written<FlagConfigView>> {
    return this.rpc.ask(
      flagsRpc.updateConfig,
      { key, environment, patch: patch as FlagConfigPatch, if_version },
      origin,
    );
  }

  @Post(':env/copy')
  @Person(may.editObjects)
  @Documented({
    summary: 'Copy state, rules and targets from the config of another environment',
    body: true,
    concurrent: true,
    example: examples.flagConfig,
    errors: ['not_found', 'forbidden', 'archived', 'precondition_required'],
  })
  copy(
    @Param('key', flagParam) key: string,
    @Param('env', configParam) environment: string,
    @BodyOf(CopyConfigBody) { from, note }: CopyConfigBody,
    @IfMatch() if_version: SeenVersions | undefined,
    @OriginOf() origin: Origin,
  ): Promise<Written<FlagConfigView>> {
    return this.rpc.ask(flagsRpc.copyConfig, { key, environment, from, note, if_version }, origin);
  }
}
