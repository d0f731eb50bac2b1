import { Inject, Module, type BeforeApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { Clock } from '#libs/kernel';
import { accountsRpc } from '#libs/contracts';
import { Bus, RpcClient } from '#libs/bus';
import { KeyCheck, KeysModule } from '#libs/api-keys';
import { LOGGER, PLATFORM_SETTINGS, type PlatformSettings } from '#libs/service';
import { RedisConnection } from '#libs/redis';
import type { Logger } from '#libs/observability';
import { AccessTokens, EvaluatorReceipts, Memberships, Users } from './application/ports.js';
import { RedisReceipts } from './cache/redis-receipts.js';
import { RememberedMemberships } from './cache/remembered-memberships.js';
import { RememberedUsers } from './cache/remembered-users.js';
import { GATEWAY_SETTINGS, type GatewaySettings } from './config.js';
import { events } from './events.js';
import { apiControllers } from './http/controllers.js';
import { HomeController } from './http/home.controller.js';
import { JwksKeys } from './http/jwks-keys.js';
import { JwtAccessTokens } from './http/jwt-access-tokens.js';
import { Links } from './http/links.js';
import { LiveEvents } from './http/live-events.js';
import { PersonAccessGuard } from './http/person-access.js';
import { RateLimits } from './http/rate-limits.js';
import { RefreshCookie } from './http/refresh-cookie.js';
import { SdkProxy } from './http/sdk-proxy.js';
import { forgetChangedMemberships } from './messaging/on-membership-changed.js';
import { OpenApiSource } from './openapi/open-api-source.js';

@Module({
  imports: [KeysModule],
  controllers: [...apiControllers, HomeController],
  providers: [
    { provide: OpenApiSource, useFactory: () => new OpenApiSource(apiControllers) },
    {
      provide: AccessTokens,
      inject: [RpcClient, Clock, GATEWAY_SETTINGS],
      useFactory: (rpc: RpcClient, clock: Clock, { token }: GatewaySettings) =>
        new JwtAccessTokens(new JwksKeys(() => rpc.ask(accountsRpc.getJwks, {}), clock), token, clock),
    },
    {
      provide: Memberships,
      inject: [RpcClient, Clock],
      useFactory: (rpc: RpcClient, clock: Clock) => new RememberedMemberships(rpc, clock),
    },
    {
      provide: Users,
      inject: [RpcClient, Clock],
      useFactory: (rpc: RpcClient, clock: Clock) => new RememberedUsers(rpc, clock),
    },
    {
      provide: PersonAccessGuard,
      inject: [AccessTokens, Memberships, Users, KeyCheck],
      useFactory: (tokens: AccessTokens, memberships: Memberships, users: Users, keys: KeyCheck) =>
        new PersonAccessGuard({ tokens, memberships, users, keys }),
    },
    ...events,
    {
      provide: RefreshCookie,
      inject: [GATEWAY_SETTINGS, LOGGER],
      useFactory: ({ cookie }: GatewaySettings, logger: Logger) => {
        if (cookie.plainHttp) logger.warn('LOOM_PLAIN_HTTP_COOKIES: refresh tokens travel without TLS');
        return new RefreshCookie(cookie);
      },
    },
    {
      provide: Links,
      inject: [GATEWAY_SETTINGS],
      useFactory: ({ publicUrl }: GatewaySettings) => new Links(publicUrl),
    },
    {
      provide: RateLimits,
      inject: [RedisConnection, GATEWAY_SETTINGS],
      useFactory: (redis: RedisConnection, { limits }: GatewaySettings) => new RateLimits(redis.client, limits),
    },
    {
      provide: EvaluatorReceipts,
      inject: [RedisConnection, PLATFORM_SETTINGS],
      useFactory: (redis: RedisConnection, { evaluators }: PlatformSettings) =>
        new RedisReceipts(redis, evaluators.forgetMs),
    },
    {
      provide: SdkProxy,
      inject: [GATEWAY_SETTINGS, LOGGER],
      useFactory: ({ upstreams }: GatewaySettings, logger: Logger) => new SdkProxy(upstreams, logger),
    },
  ],
})
export class GatewayModule implements OnModuleInit, BeforeApplicationShutdown {
  constructor(
    @Inject(Bus) private readonly bus: Bus,
    @Inject(Memberships) private readonly memberships: Memberships,
    @Inject(SdkProxy) private readonly proxy: SdkProxy,
    @Inject(LiveEvents) private readonly live: LiveEvents,
  ) {}

  onModuleInit(): void {
    forgetChangedMemberships(this.bus, this.memberships);
  }

  beforeApplicationShutdown(): void {
    this.proxy.end();
    this.live.end();
  }
}
