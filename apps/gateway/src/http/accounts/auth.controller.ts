import { Get, Inject, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import {
  accountsRpc,
  LoginBody,
  RefreshTokenBody,
  type ClientType,
  type OrganizationAccess,
  type Origin,
  type TokenPair,
  type UserView,
} from '#libs/contracts';
import { AppError } from '#libs/kernel';
import { EmptyBody, Person, PersonOf, Public, type PersonCaller } from '#libs/http';
import { RpcClient } from '#libs/bus';
import { permissionsInForce } from '../../domain/permissions.js';
import { Documented } from '../../openapi/documented.js';
import * as examples from '../../openapi/examples.js';
import { CsrfCheck } from './csrf.js';
import * as people from '../../openapi/people-examples.js';
import { BodyOf, Management } from '../input/management.js';
import { AnonymousOrigin } from '../access/origin.js';
import { RefreshCookie } from './refresh-cookie.js';

const MAX_ORGANIZATIONS = 1_000;

/** `permissions` are those in force. Super admins reach other organizations too: GET `/api/orgs` lists them. */
interface Me extends UserView {
  readonly organizations: readonly OrganizationAccess[];
  readonly has_more_organizations: boolean;
}
type Session = Omit<TokenPair, 'refresh_token'> & { readonly refresh_token?: string };
interface SentRefreshToken {
  readonly refresh_token: string;
  readonly client_type: ClientType;
}

@Management('api/auth', 'Sign-in')
export class AuthController {
  constructor(
    @Inject(RpcClient) private readonly rpc: RpcClient,
    @Inject(RefreshCookie) private readonly cookie: RefreshCookie,
    @Inject(CsrfCheck) private readonly csrf: CsrfCheck,
  ) {}

  @Post('login')
  @Public()
  @Documented({
    summary: 'Sign in',
    by: 'public',
    body: true,
    example: examples.session,
    errors: ['invalid_credentials', 'rate_limited', 'overloaded'],
  })
  async login(
    @BodyOf(LoginBody) { email, password, scope }: LoginBody,
    @AnonymousOrigin() origin: Origin,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Session> {
    const command = { email, password, scope, client_type: clientTypeOf(request), address: request.ip };
    return this.#sessionAnswer(await this.rpc.ask(accountsRpc.signIn, command, origin), command.client_type, reply);
  }

  @Post('refresh')
  @Public()
  @EmptyBody()
  @Documented({
    summary: 'A new access token',
    by: 'public',
    body: true,
    example: examples.session,
    errors: ['invalid_refresh_token', 'csrf'],
  })
  async refresh(
    @BodyOf(RefreshTokenBody) body: RefreshTokenBody,
    @AnonymousOrigin() origin: Origin,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Session> {
    const command = this.#refreshTokenOf(body, request);
    if (command === undefined) throw new AppError('invalid_refresh_token', 'There is no refresh token: sign in');
    return this.#sessionAnswer(await this.rpc.ask(accountsRpc.refresh, command, origin), command.client_type, reply);
  }

  @Post('logout')
  @Public()
  @EmptyBody()
  @Documented({ summary: 'Sign out', by: 'public', body: true, status: 204, errors: ['csrf'] })
  async logout(
    @BodyOf(RefreshTokenBody) body: RefreshTokenBody,
    @AnonymousOrigin() origin: Origin,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    const command = this.#refreshTokenOf(body, request);
    if (command !== undefined)
      await this.rpc.ask(accountsRpc.signOut, { refresh_token: command.refresh_token }, origin);
    if (command?.client_type === 'web') this.cookie.clear(reply);
  }

  @Get('me')
  @Person()
  @Documented({ summary: 'The signed-in person, with the rights in each organization', example: people.me })
  async me(@PersonOf() { user }: PersonCaller): Promise<Me> {
    const command = { user_id: user.id, limit: MAX_ORGANIZATIONS + 1 };
    const { organizations } = await this.rpc.ask(accountsRpc.listAccess, command);
    return {
      ...user,
      organizations: organizations
        .slice(0, MAX_ORGANIZATIONS)
        .map((access) => ({ ...access, permissions: permissionsInForce(user, access.permissions) })),
      has_more_organizations: organizations.length > MAX_ORGANIZATIONS,
    };
  }

  /** Native clients send the token in the body, browsers in the cookie, which is accepted from pages of this origin only. */
  #refreshTokenOf({ refresh_token: sent }: RefreshTokenBody, request: FastifyRequest): SentRefreshToken | undefined {
    if (sent !== undefined) return { refresh_token: sent, client_type: 'native' };
    const held = this.cookie.read(request);
    if (held === undefined) return undefined;
    this.csrf.check(request);
    return { refresh_token: held, client_type: 'web' };
  }

  #sessionAnswer(
    { refresh_token: token, ...session }: TokenPair,
    clientType: ClientType,
    reply: FastifyReply,
  ): Session {
    reply.header('cache-control', 'no-store');
    if (clientType === 'native') return { ...session, refresh_token: token };
    this.cookie.write(reply, token);
    return session;
  }
}

function clientTypeOf(request: FastifyRequest): ClientType {
  return request.headers['x-client-type'] === 'native' ? 'native' : 'web';
}
