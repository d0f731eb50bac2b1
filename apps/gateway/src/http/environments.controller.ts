import { Get, Inject, Param, Post } from '@nestjs/common';
import { accountsRpc, CreateEnvironmentBody, type EnvironmentView, type Origin, type PageOf } from '#libs/contracts';
import { pageOf, pageParams, Person, RpcClient, type QueryOf } from '#libs/platform';
import { may } from '../domain/permissions.js';
import { Documented, Query } from '../openapi/documented.js';
import * as examples from '../openapi/examples.js';
import { BodyOf, Management } from './management.js';
import { OriginOf } from './origin.js';
import { environmentParam } from './params.js';

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
    return this.rpc.ask(accountsRpc.listEnvironments, { page: pageOf(query) }, origin);
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
}
