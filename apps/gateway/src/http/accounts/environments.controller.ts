import { Delete, Get, Inject, Param, Patch, Post } from '@nestjs/common';
import {
  accountsRpc,
  CreateEnvironmentBody,
  UpdateEnvironmentBody,
  type EnvironmentView,
  type Origin,
  type PageOf,
} from '#libs/contracts';
import { IfMatch, readPage, pageParams, Person, type QueryOf } from '#libs/http';
import { RpcClient } from '#libs/bus';
import type { SeenVersions } from '#libs/kernel';
import { may } from '../../domain/permissions.js';
import { Documented, Query } from '../../openapi/documented.js';
import * as examples from '../../openapi/examples.js';
import { BodyOf, Management } from '../input/management.js';
import { OriginOf } from '../access/origin.js';
import { environmentParam } from '../input/params.js';

@Management('api/orgs/:org/environments', 'Environments')
export class EnvironmentsController {
  constructor(@Inject(RpcClient) private readonly rpc: RpcClient) {}

  @Get()
  @Person(may.read)
  @Documented({
    summary: 'All environments',
    example: examples.page(examples.environment),
    errors: ['not_found', 'invalid_limit', 'invalid_cursor'],
  })
  list(
    @Query(pageParams) query: QueryOf<typeof pageParams>,
    @OriginOf() origin: Origin,
  ): Promise<PageOf<EnvironmentView>> {
    return this.rpc.ask(accountsRpc.listEnvironments, { page: readPage(query) }, origin);
  }

  @Post()
  @Person(may.manageOrganization)
  @Documented({
    summary: 'Create an environment',
    status: 201,
    body: true,
    example: examples.environment,
    errors: ['not_found', 'forbidden', 'invalid_environment_name', 'invalid_color', 'already_exists'],
  })
  create(
    @BodyOf(CreateEnvironmentBody) body: CreateEnvironmentBody,
    @OriginOf() origin: Origin,
  ): Promise<EnvironmentView> {
    return this.rpc.ask(accountsRpc.createEnvironment, body, origin);
  }

  @Get(':env')
  @Person(may.read)
  @Documented({ summary: 'An environment', example: examples.environment, errors: ['not_found'] })
  get(@Param('env', environmentParam) environment: string, @OriginOf() origin: Origin): Promise<EnvironmentView> {
    return this.rpc.ask(accountsRpc.getEnvironment, { environment }, origin);
  }

  @Patch(':env')
  @Person(may.manageOrganization)
  @Documented({
    summary: 'Change an environment; its name never changes',
    body: true,
    concurrent: true,
    example: examples.environment,
    errors: ['not_found', 'forbidden', 'invalid_color'],
  })
  update(
    @Param('env', environmentParam) environment: string,
    @BodyOf(UpdateEnvironmentBody) patch: UpdateEnvironmentBody,
    @IfMatch() if_version: SeenVersions | undefined,
    @OriginOf() origin: Origin,
  ): Promise<EnvironmentView> {
    return this.rpc.ask(accountsRpc.updateEnvironment, { ...patch, environment, if_version }, origin);
  }

  @Delete(':env')
  @Person(may.manageOrganization)
  @Documented({
    summary: 'Delete an environment without valid keys',
    status: 204,
    concurrent: true,
    errors: ['not_found', 'forbidden', 'has_active_keys'],
  })
  async delete(
    @Param('env', environmentParam) environment: string,
    @IfMatch() if_version: SeenVersions | undefined,
    @OriginOf() origin: Origin,
  ): Promise<void> {
    await this.rpc.ask(accountsRpc.deleteEnvironment, { environment, if_version }, origin);
  }
}
