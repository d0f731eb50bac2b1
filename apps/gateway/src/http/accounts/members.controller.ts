import { Delete, Get, Inject, Param, Patch, Post, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import {
  accountsRpc,
  InviteMemberBody,
  UpdateMemberBody,
  type InvitationView,
  type MemberView,
  type Origin,
  type PageOf,
} from '#libs/contracts';
import { IfMatch, readPage, pageParams, Person, type QueryOf } from '#libs/http';
import { RpcClient } from '#libs/bus';
import type { SeenVersions } from '#libs/kernel';
import { may } from '../../domain/permissions.js';
import { Documented, Query } from '../../openapi/documented.js';
import { page } from '../../openapi/examples.js';
import * as examples from '../../openapi/people-examples.js';
import { BodyOf, Management } from '../input/management.js';
import { OriginOf } from '../access/origin.js';
import { Links } from './links.js';
import { userIdParam } from '../input/params.js';

/** The link is in the first answer only. */
type SentInvitation = InvitationView & { readonly invite_url?: string };

const errors = ['not_found', 'forbidden', 'invalid_id', 'conflict'] as const;

@Management('api/orgs/:org/members', 'Members')
export class MembersController {
  constructor(
    @Inject(RpcClient) private readonly rpc: RpcClient,
    @Inject(Links) private readonly links: Links,
  ) {}

  @Get()
  @Person(may.manageOrganization)
  @Documented({
    summary: 'The people that accepted an invitation into the organization',
    example: page(examples.member),
    errors: ['not_found', 'forbidden', 'invalid_limit', 'invalid_cursor'],
  })
  list(@Query(pageParams) query: QueryOf<typeof pageParams>, @OriginOf() origin: Origin): Promise<PageOf<MemberView>> {
    return this.rpc.ask(accountsRpc.listMembers, { page: readPage(query) }, origin);
  }

  @Post()
  @Person(may.manageOrganization)
  @Documented({
    summary: 'Invite a person; membership begins when the link is accepted. Again: the link is replaced',
    status: 201,
    body: true,
    example: examples.sentInvitation,
    errors: ['not_found', 'forbidden', 'invalid_email', 'quota_exceeded'],
  })
  async invite(
    @BodyOf(InviteMemberBody) { email, role, permissions = [] }: InviteMemberBody,
    @OriginOf() origin: Origin,
    @Req() request: FastifyRequest,
  ): Promise<SentInvitation> {
    const command = { email, role, permissions };
    const { invite_token: token, ...invitation } = await this.rpc.ask(accountsRpc.inviteMember, command, origin);
    return token === undefined ? invitation : { ...invitation, invite_url: this.links.invitation(request, token) };
  }

  @Patch(':user_id')
  @Person(may.manageOrganization)
  @Documented({
    summary: 'Change the role and the special permissions of a member',
    body: true,
    concurrent: true,
    example: examples.member,
    errors,
  })
  update(
    @Param('user_id', userIdParam) user_id: string,
    @BodyOf(UpdateMemberBody) { role, permissions }: UpdateMemberBody,
    @IfMatch() if_version: SeenVersions | undefined,
    @OriginOf() origin: Origin,
  ): Promise<MemberView> {
    return this.rpc.ask(accountsRpc.updateMember, { user_id, role, permissions, if_version }, origin);
  }

  @Delete(':user_id')
  @Person(may.manageOrganization)
  @Documented({ summary: 'Remove a member', status: 204, concurrent: true, errors })
  async remove(
    @Param('user_id', userIdParam) user_id: string,
    @IfMatch() if_version: SeenVersions | undefined,
    @OriginOf() origin: Origin,
  ): Promise<void> {
    await this.rpc.ask(accountsRpc.removeMember, { user_id, if_version }, origin);
  }
}
