import { Delete, Inject, Param, Patch, Post, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import {
  accountsRpc,
  NoFieldsBody,
  UpdateUserBody,
  type AnswerOf,
  type Origin,
  type PersonView,
} from '#libs/contracts';
import { EmptyBody, IfMatch, Person } from '#libs/http';
import { RpcClient } from '#libs/bus';
import type { SeenVersions } from '#libs/kernel';
import { may } from '../../domain/permissions.js';
import { Documented } from '../../openapi/documented.js';
import * as examples from '../../openapi/people-examples.js';
import { BodyOf, Management } from '../input/management.js';
import { OriginOf } from '../access/origin.js';
import { userIdParam } from '../input/params.js';
import { Links } from './links.js';

const errors = ['not_found', 'forbidden', 'invalid_id'] as const;
const conflicting = [...errors, 'conflict'] as const;

/** What super admins do to one account. All of it is in force on every gateway within a second. */
@Management('api/admin/users/:user_id', 'Platform')
@Person(may.runPlatform)
export class PlatformUserController {
  constructor(
    @Inject(RpcClient) private readonly rpc: RpcClient,
    @Inject(Links) private readonly links: Links,
  ) {}

  @Patch()
  @Documented({
    summary: 'Make a user a super admin, or revoke that',
    body: true,
    concurrent: true,
    example: examples.person,
    errors: conflicting,
  })
  update(
    @Param('user_id', userIdParam) user_id: string,
    @BodyOf(UpdateUserBody) { is_super_admin }: UpdateUserBody,
    @IfMatch() if_version: SeenVersions | undefined,
    @OriginOf() origin: Origin,
  ): Promise<PersonView> {
    return this.rpc.ask(accountsRpc.updateUser, { user_id, is_super_admin, if_version }, origin);
  }

  @Delete()
  @Documented({
    summary: 'Delete a user with the memberships and sessions; of a pending one, the invitation',
    status: 204,
    concurrent: true,
    errors: conflicting,
  })
  async remove(
    @Param('user_id', userIdParam) user_id: string,
    @IfMatch() if_version: SeenVersions | undefined,
    @OriginOf() origin: Origin,
  ): Promise<void> {
    await this.rpc.ask(accountsRpc.deleteUser, { user_id, if_version }, origin);
  }

  @Post('lock')
  @EmptyBody()
  @Documented({
    summary: 'Refuse sign-ins of a user, and end the sessions',
    body: true,
    example: { ...examples.person, locked: true },
    errors: conflicting,
  })
  lock(
    @Param('user_id', userIdParam) user_id: string,
    @BodyOf(NoFieldsBody) _body: NoFieldsBody,
    @OriginOf() origin: Origin,
  ): Promise<PersonView> {
    return this.rpc.ask(accountsRpc.lockUser, { user_id }, origin);
  }

  @Post('unlock')
  @EmptyBody()
  @Documented({ summary: 'Accept sign-ins of a locked user again', body: true, example: examples.person, errors })
  unlock(
    @Param('user_id', userIdParam) user_id: string,
    @BodyOf(NoFieldsBody) _body: NoFieldsBody,
    @OriginOf() origin: Origin,
  ): Promise<PersonView> {
    return this.rpc.ask(accountsRpc.unlockUser, { user_id }, origin);
  }

  @Post('sign-out')
  @EmptyBody()
  @Documented({ summary: 'End all sessions of a user', body: true, example: { ended_sessions: 2 }, errors })
  signOut(
    @Param('user_id', userIdParam) user_id: string,
    @BodyOf(NoFieldsBody) _body: NoFieldsBody,
    @OriginOf() origin: Origin,
  ): Promise<AnswerOf<typeof accountsRpc.signOutUser>> {
    return this.rpc.ask(accountsRpc.signOutUser, { user_id }, origin);
  }

  @Post('reset-link')
  @EmptyBody()
  @Documented({
    summary: 'A link on which a user chooses another password: once, within a day',
    status: 201,
    body: true,
    example: examples.resetLink,
    errors: conflicting,
  })
  async resetLink(
    @Param('user_id', userIdParam) user_id: string,
    @BodyOf(NoFieldsBody) _body: NoFieldsBody,
    @OriginOf() origin: Origin,
    @Req() request: FastifyRequest,
  ): Promise<{ readonly reset_url?: string; readonly expires_at: string }> {
    const { reset_token: token, expires_at } = await this.rpc.ask(accountsRpc.makeResetLink, { user_id }, origin);
    return token === undefined ? { expires_at } : { reset_url: this.links.reset(request, token), expires_at };
  }
}
