import { Delete, Get, Inject, Param, Patch, Post } from '@nestjs/common';
import {
  ActivateKillSwitchBody,
  CreateKillSwitchBody,
  DeactivateKillSwitchBody,
  flagsRpc,
  UpdateKillSwitchBody,
  type KillSwitchView,
  type Origin,
  type PageOf,
  type Written,
} from '#libs/contracts';
import {
  EmptyBody,
  IfMatch,
  readPage,
  pageParams,
  Person,
  PersonOf,
  type PersonCaller,
  type QueryOf,
} from '#libs/http';
import { RpcClient } from '#libs/bus';
import type { SeenVersions } from '#libs/kernel';
import { may, mayActivate } from '../../domain/permissions.js';
import { Documented, Query } from '../../openapi/documented.js';
import * as examples from '../../openapi/examples.js';
import { BodyOf, Management } from '../input/management.js';
import { OriginOf } from '../access/origin.js';
import { killSwitchParam } from '../input/params.js';

const errors = ['not_found', 'forbidden'] as const;
type Answer = Promise<Written<KillSwitchView>>;

@Management('api/orgs/:org/kill-switches', 'Kill switches')
export class KillSwitchesController {
  constructor(@Inject(RpcClient) private readonly rpc: RpcClient) {}

  @Get()
  @Person(may.read)
  @Documented({
    summary: 'Kill switches',
    example: examples.page(examples.killSwitch),
    errors: ['not_found', 'invalid_limit', 'invalid_cursor'],
  })
  list(
    @Query(pageParams) query: QueryOf<typeof pageParams>,
    @OriginOf() origin: Origin,
  ): Promise<PageOf<KillSwitchView>> {
    return this.rpc.ask(flagsRpc.listKillSwitches, { page: readPage(query) }, origin);
  }

  @Post()
  @Person(may.editObjects)
  @Documented({
    summary: 'Create a kill switch, inactive',
    status: 201,
    body: true,
    example: examples.killSwitch,
    errors: [...errors, 'invalid_kill_switch_key', 'invalid_flag_key', 'invalid_name', 'already_exists'],
  })
  create(@BodyOf(CreateKillSwitchBody) body: CreateKillSwitchBody, @OriginOf() origin: Origin): Answer {
    return this.rpc.ask(flagsRpc.createKillSwitch, body, origin);
  }

  @Get(':key')
  @Person(may.read)
  @Documented({ summary: 'A kill switch', example: examples.killSwitch, errors: ['not_found'] })
  get(@Param('key', killSwitchParam) key: string, @OriginOf() origin: Origin): Promise<KillSwitchView> {
    return this.rpc.ask(flagsRpc.getKillSwitch, { key }, origin);
  }

  @Patch(':key')
  @Person(may.editObjects)
  @Documented({
    summary: 'Change a kill switch; the linked flags of an active one only with killswitch:activate and a reason',
    body: true,
    concurrent: true,
    example: examples.killSwitch,
    errors: [...errors, 'invalid_flag_key', 'invalid_name', 'reason_required'],
  })
  update(
    @Param('key', killSwitchParam) key: string,
    @BodyOf(UpdateKillSwitchBody) { reason, ...patch }: UpdateKillSwitchBody,
    @IfMatch() if_version: SeenVersions | undefined,
    @PersonOf() { membership }: PersonCaller,
    @OriginOf() origin: Origin,
  ): Answer {
    const may_activate = mayActivate(membership);
    return this.rpc.ask(flagsRpc.updateKillSwitch, { key, patch, reason, may_activate, if_version }, origin);
  }

  @Delete(':key')
  @Person(may.editObjects)
  @Documented({
    summary: 'Delete a kill switch',
    status: 204,
    concurrent: true,
    errors: [...errors, 'kill_switch_active'],
  })
  delete(
    @Param('key', killSwitchParam) key: string,
    @IfMatch() if_version: SeenVersions | undefined,
    @OriginOf() origin: Origin,
  ): Answer {
    return this.rpc.ask(flagsRpc.deleteKillSwitch, { key, if_version }, origin);
  }

  @Post(':key/activate')
  @Person(may.throwKillSwitches)
  @Documented({
    summary: 'Force the linked flags to their default variants, everywhere',
    body: true,
    concurrent: true,
    example: examples.activeKillSwitch,
    errors: [...errors, 'reason_required'],
  })
  activate(
    @Param('key', killSwitchParam) key: string,
    @BodyOf(ActivateKillSwitchBody) { reason }: ActivateKillSwitchBody,
    @IfMatch() if_version: SeenVersions | undefined,
    @OriginOf() origin: Origin,
  ): Answer {
    return this.rpc.ask(flagsRpc.activateKillSwitch, { key, reason, if_version }, origin);
  }

  @Post(':key/deactivate')
  @Person(may.throwKillSwitches)
  @EmptyBody()
  @Documented({
    summary: 'Release the linked flags',
    body: true,
    concurrent: true,
    example: examples.killSwitch,
    errors,
  })
  deactivate(
    @Param('key', killSwitchParam) key: string,
    @BodyOf(DeactivateKillSwitchBody) { reason }: DeactivateKillSwitchBody,
    @IfMatch() if_version: SeenVersions | undefined,
    @OriginOf() origin: Origin,
  ): Answer {
    return this.rpc.ask(flagsRpc.deactivateKillSwitch, { key, reason, if_version }, origin);
  }
}
