import { Delete, Get, Inject, Param, Post } from '@nestjs/common';
import {
  accountsRpc,
  CreateAnalyticsKeyBody,
  CreateSdkKeyBody,
  type ApiKeyView,
  type Origin,
  type PageOf,
} from '#libs/contracts';
import { readPage, pageParams, Person, type QueryOf } from '#libs/http';
import { RpcClient } from '#libs/bus';
import { may } from '../../domain/permissions.js';
import { Documented, Query } from '../../openapi/documented.js';
import * as examples from '../../openapi/examples.js';
import { analyticsKeyCommand, sdkKeyCommand } from './key-commands.js';
import { BodyOf, Management } from '../input/management.js';
import { OriginOf } from '../access/origin.js';
import { environmentParam, idParam } from '../input/params.js';

type PageQuery = QueryOf<typeof pageParams>;
const listErrors = ['not_found', 'forbidden', 'invalid_limit', 'invalid_cursor'] as const;
const createErrors = ['not_found', 'forbidden', 'invalid_name', 'invalid_timestamp'] as const;

@Management('api/orgs/:org', 'API keys')
export class ApiKeysController {
  constructor(@Inject(RpcClient) private readonly rpc: RpcClient) {}

  @Get('environments/:env/sdk-keys')
  @Person(may.manageKeys)
  @Documented({
    summary: 'The SDK keys of an environment',
    example: examples.page(examples.apiKey),
    errors: listErrors,
  })
  listSdkKeys(
    @Param('env', environmentParam) environment: string,
    @Query(pageParams) query: PageQuery,
    @OriginOf() origin: Origin,
  ): Promise<PageOf<ApiKeyView>> {
    return this.rpc.ask(accountsRpc.listApiKeys, { family: 'flags', environment, page: readPage(query) }, origin);
  }

  @Post('environments/:env/sdk-keys')
  @Person(may.manageKeys)
  @Documented({
    summary: 'Create an SDK key; only this answer contains it',
    status: 201,
    body: true,
    example: examples.newApiKey,
    errors: createErrors,
  })
  createSdkKey(
    @Param('env', environmentParam) environment: string,
    @BodyOf(CreateSdkKeyBody) body: CreateSdkKeyBody,
    @OriginOf() origin: Origin,
  ): Promise<ApiKeyView> {
    return this.rpc.ask(accountsRpc.createApiKey, sdkKeyCommand(environment, body), origin);
  }

  @Get('analytics/keys')
  @Person(may.manageKeys)
  @Documented({ summary: 'The analytics keys', example: examples.page(examples.apiKey), errors: listErrors })
  listAnalyticsKeys(@Query(pageParams) query: PageQuery, @OriginOf() origin: Origin): Promise<PageOf<ApiKeyView>> {
    return this.rpc.ask(accountsRpc.listApiKeys, { family: 'analytics', page: readPage(query) }, origin);
  }

  @Post('analytics/keys')
  @Person(may.manageKeys)
  @Documented({
    summary: 'Create an analytics key; only this answer contains it',
    status: 201,
    body: true,
    example: examples.newApiKey,
    errors: [...createErrors, 'invalid_environment_name'],
  })
  createAnalyticsKey(
    @BodyOf(CreateAnalyticsKeyBody) body: CreateAnalyticsKeyBody,
    @OriginOf() origin: Origin,
  ): Promise<ApiKeyView> {
    return this.rpc.ask(accountsRpc.createApiKey, analyticsKeyCommand(body), origin);
  }

  @Delete('keys/:id')
  @Person(may.manageKeys)
  @Documented({
    summary: 'Revoke a key: within a second every service refuses it',
    status: 204,
    errors: ['not_found', 'forbidden', 'invalid_id', 'already_revoked'],
  })
  async revoke(@Param('id', idParam) key_id: string, @OriginOf() origin: Origin): Promise<void> {
    await this.rpc.ask(accountsRpc.revokeApiKey, { key_id }, origin);
  }
}
