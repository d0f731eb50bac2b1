import { Get, Inject, Patch, Post } from '@nestjs/common';
import {
  accountsRpc,
  CreateOrganizationBody,
  UpdateOrganizationBody,
  type OrganizationView,
  type Origin,
  type PageOf,
} from '#libs/contracts';
import { IfMatch, readPage, pageParams, Person, PersonOf, type PersonCaller, type QueryOf } from '#libs/http';
import { RpcClient } from '#libs/bus';
import type { SeenVersions } from '#libs/kernel';
import { may } from '../../domain/permissions.js';
import { Documented, Query } from '../../openapi/documented.js';
import * as examples from '../../openapi/examples.js';
import { BodyOf, Management } from '../input/management.js';
import { OriginOf } from '../access/origin.js';

@Management('api/orgs', 'Organizations')
export class OrganizationsController {
  constructor(@Inject(RpcClient) private readonly rpc: RpcClient) {}

  @Get()
  @Person()
  @Documented({
    summary: 'My organizations',
    example: examples.page(examples.organization),
    errors: ['invalid_limit', 'invalid_cursor'],
  })
  list(
    @PersonOf() { user }: PersonCaller,
    @Query(pageParams) query: QueryOf<typeof pageParams>,
    @OriginOf() origin: Origin,
  ): Promise<PageOf<OrganizationView>> {
    return this.rpc.ask(accountsRpc.listOrganizations, { user_id: user.id, page: readPage(query) }, origin);
  }

  @Post()
  @Person()
  @Documented({
    summary: 'Create an organization, with the environments dev and prod',
    status: 201,
    body: true,
    example: examples.organization,
    errors: ['invalid_name', 'invalid_slug', 'already_exists', 'forbidden'],
  })
  create(
    @BodyOf(CreateOrganizationBody) body: CreateOrganizationBody,
    @OriginOf() origin: Origin,
  ): Promise<OrganizationView> {
    return this.rpc.ask(accountsRpc.createOrganization, body, origin);
  }

  // Not from the cached membership, which may hold an older version.
  @Get(':org')
  @Person(may.read)
  @Documented({ summary: 'An organization', example: examples.organization, errors: ['not_found'] })
  async get(@PersonOf() { user }: PersonCaller, @OriginOf() origin: Origin): Promise<OrganizationView> {
    return (await this.rpc.ask(accountsRpc.getMembership, { user_id: user.id, org: origin.scope }, origin))
      .organization;
  }

  @Patch(':org')
  @Person(may.manageOrganization)
  @Documented({
    summary: 'Rename an organization, or change its settings',
    body: true,
    concurrent: true,
    example: examples.organization,
    errors: ['not_found', 'forbidden', 'invalid_name'],
  })
  update(
    @BodyOf(UpdateOrganizationBody) body: UpdateOrganizationBody,
    @IfMatch() if_version: SeenVersions | undefined,
    @OriginOf() origin: Origin,
  ): Promise<OrganizationView> {
    return this.rpc.ask(accountsRpc.updateOrganization, { ...body, if_version }, origin);
  }
}
