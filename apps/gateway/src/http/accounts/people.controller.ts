import { Get, Inject, Post, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import {
  AcceptInvitationBody,
  accountsRpc,
  ChangePasswordBody,
  CompleteSetupBody,
  CreateUserBody,
  ResetPasswordBody,
  type AcceptedView,
  type AnswerOf,
  type Origin,
  type PersonView,
} from '#libs/contracts';
import { Person, PersonOf, Public, type PersonCaller } from '#libs/http';
import { RpcClient } from '#libs/bus';
import { may } from '../../domain/permissions.js';
import { Documented } from '../../openapi/documented.js';
import * as examples from '../../openapi/people-examples.js';
import { Links } from './links.js';
import { BodyOf, Management } from '../input/management.js';
import { InvitedCaller } from '../access/invited-caller.js';
import { AnonymousOrigin, OriginOf } from '../access/origin.js';

type Invited = PersonView & { readonly invite_url?: string; readonly invite_expires_at?: string };

/** Invitations, passwords and the first set-up. */
@Management('api/auth', 'Sign-in')
export class PeopleController {
  constructor(
    @Inject(RpcClient) private readonly rpc: RpcClient,
    @Inject(Links) private readonly links: Links,
    @Inject(InvitedCaller) private readonly invited: InvitedCaller,
  ) {}

  @Post('users')
  @Person(may.runPlatform)
  @Documented({
    summary: 'Create a user; without a password, the answer contains an invitation link to the platform, once',
    status: 201,
    body: true,
    example: examples.invited,
    errors: ['forbidden', 'invalid_email', 'invalid_password', 'already_exists'],
  })
  async invite(
    @BodyOf(CreateUserBody) body: CreateUserBody,
    @OriginOf() origin: Origin,
    @Req() request: FastifyRequest,
  ): Promise<Invited> {
    const { invite_token: token, ...person } = await this.rpc.ask(accountsRpc.createUser, { ...body }, origin);
    return token === undefined ? person : { ...person, invite_url: this.links.invitation(request, token) };
  }

  @Post('invitations/accept')
  @Public()
  @Documented({
    summary: 'Accept an invitation: signed in, with that account; else with a new one for the invited address',
    by: 'public',
    body: true,
    example: examples.accepted,
    errors: ['invalid_token', 'invalid_password', 'already_exists', 'quota_exceeded', 'rate_limited', 'overloaded'],
  })
  async accept(
    @BodyOf(AcceptInvitationBody) { token, password }: AcceptInvitationBody,
    @Req() request: FastifyRequest,
  ): Promise<AcceptedView> {
    const origin = await this.invited.originOf(request);
    return this.rpc.ask(accountsRpc.acceptInvitation, { token, password }, origin);
  }

  @Post('password/reset')
  @Public()
  @Documented({
    summary: 'Choose another password with a reset link; ends all sessions of the account',
    by: 'public',
    body: true,
    status: 204,
    errors: ['invalid_token', 'invalid_password', 'rate_limited', 'overloaded'],
  })
  async resetPassword(
    @BodyOf(ResetPasswordBody) { token, password }: ResetPasswordBody,
    @AnonymousOrigin() origin: Origin,
  ): Promise<void> {
    await this.rpc.ask(accountsRpc.resetPassword, { token, password }, origin);
  }

  @Post('password')
  @Person()
  @Documented({
    summary: 'Change my password; ends my other sessions',
    body: true,
    example: { ended_sessions: 1 },
    errors: ['invalid_credentials', 'invalid_password', 'rate_limited', 'overloaded'],
  })
  changePassword(
    @BodyOf(ChangePasswordBody) body: ChangePasswordBody,
    @PersonOf() { sessionId: session_id }: PersonCaller,
    @OriginOf() origin: Origin,
  ): Promise<AnswerOf<typeof accountsRpc.changePassword>> {
    const { current, new: next } = body;
    return this.rpc.ask(accountsRpc.changePassword, { current, new: next, session_id, address: origin.ip }, origin);
  }

  @Get('setup')
  @Public()
  @Documented({ summary: 'Whether the platform has no user yet', by: 'public', example: { required: false } })
  setup(): Promise<{ required: boolean }> {
    return this.rpc.ask(accountsRpc.getSetup, {});
  }

  @Post('setup')
  @Public()
  @Documented({
    summary: 'Create the first super admin and an organization, with the token from the log of the first start',
    status: 201,
    by: 'public',
    body: true,
    example: examples.setup,
    errors: ['invalid_token', 'invalid_email', 'invalid_password', 'invalid_name', 'overloaded'],
  })
  completeSetup(
    @BodyOf(CompleteSetupBody) { token, email, password, organization }: CompleteSetupBody,
    @AnonymousOrigin() origin: Origin,
  ): Promise<AnswerOf<typeof accountsRpc.completeSetup>> {
    return this.rpc.ask(accountsRpc.completeSetup, { token, email, password, organization }, origin);
  }
}
