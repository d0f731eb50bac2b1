import { Get, Inject, Post } from '@nestjs/common';
import {
  accountsRpc,
  NoFieldsBody,
  type AnswerOf,
  type OrganizationView,
  type Origin,
  type PageOf,
  type PersonView,
} from '#libs/contracts';
import { EmptyBody, readPage, pageParams, param, Person, type QueryOf } from '#libs/http';
import { RpcClient } from '#libs/bus';
import { may } from '../../domain/permissions.js';
import { Documented, Query } from '../../openapi/documented.js';
import { organization, page } from '../../openapi/examples.js';
import * as examples from '../../openapi/people-examples.js';
import { BodyOf, Management } from '../input/management.js';
import { OriginOf } from '../access/origin.js';

const listErrors = ['forbidden', 'invalid_limit', 'invalid_cursor'] as const;
const userParams = { ...pageParams, search: param.text() };

/** All users and organizations of the platform, for super admins. */
@Management('api/admin', 'Platform')
@Person(may.runPlatform)
export class PlatformPeopleController {
  constructor(@Inject(RpcClient) private readonly rpc: RpcClient) {}

  @Get('orgs')
  @Documented({ summary: 'All organizations', example: page(organization), errors: listErrors })
  listOrganizations(
    @Query(pageParams) query: QueryOf<typeof pageParams>,
    @OriginOf() origin: Origin,
  ): Promise<PageOf<OrganizationView>> {
    return this.rpc.ask(accountsRpc.listAllOrganizations, { page: readPage(query) }, origin);
  }

  @Get('users')
  @Documented({ summary: 'All users', example: page(examples.person), errors: listErrors })
  listUsers(
    @Query(userParams) { search, ...query }: QueryOf<typeof userParams>,
    @OriginOf() origin: Origin,
  ): Promise<PageOf<PersonView>> {
    return this.rpc.ask(accountsRpc.listUsers, { page: readPage(query), search }, origin);
  }

  @Post('signing-keys')
  @EmptyBody()
  @Documented({
    summary: 'Create a new signing key for access tokens; tokens of the old key stay valid until they expire',
    status: 201,
    body: true,
    example: examples.signingKey,
    errors: ['forbidden'],
  })
  rotateSigningKey(
    @BodyOf(NoFieldsBody) _body: NoFieldsBody,
    @OriginOf() origin: Origin,
  ): Promise<AnswerOf<typeof accountsRpc.rotateSigningKey>> {
    return this.rpc.ask(accountsRpc.rotateSigningKey, {}, origin);
  }
}
