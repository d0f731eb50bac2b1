import type { Bus, RpcClient } from '#libs/bus';
import { RedisRevocations, RevocationPoll, Revocations, type KeyCheck } from '#libs/api-keys';
import { accountsRpc, endedSessions } from '#libs/contracts';
import { keysGuard } from '#libs/edge';
import { RateLimiter, type Guard, type PersonAccess, type StreamPlaces } from '#libs/http';
import type { GeoSettings } from '#libs/edge';
import type { Clock } from '#libs/kernel';
import type { Logger } from '#libs/observability';
import type { RedisConnection } from '#libs/redis';
import { readReceipts } from '#libs/rulesets';
import type { EndedSessions, Memberships, Users } from './application/access/ports.js';
import { EventQuestions } from './application/events/event-questions.js';
import { LiveEvents } from './application/events/live-events.js';
import { GetPropagation } from './application/propagation/get-propagation.js';
import { CachedMemberships } from './cache/cached-memberships.js';
import { CachedUsers } from './cache/cached-users.js';
import type { GatewaySettings } from './config.js';
import { CsrfCheck } from './http/accounts/csrf.js';
import { RefreshCookie } from './http/accounts/refresh-cookie.js';
import { Links } from './http/accounts/links.js';
import { JwksKeys } from './http/access/jwks-keys.js';
import { JwtAccessTokens } from './http/access/jwt-access-tokens.js';
import { AccessControl } from './http/access/access-control.js';
import { InvitedCaller } from './http/access/invited-caller.js';
import { personGuard } from './http/access/person-guard.js';
import { rateLimits } from './http/access/rate-limits.js';
import { apiControllers } from './http/controllers.js';
import { SdkProxy } from './http/sdk-proxy/sdk-proxy.js';
import { NatsEventFeed } from './messaging/nats-event-feed.js';
import { endedInAccounts } from './messaging/on-session-ended.js';
import { OpenApiSource } from './openapi/open-api-source.js';

export interface GatewayDependencies {
  readonly rpc: RpcClient;
  readonly bus: Bus;
  readonly redis: RedisConnection;
  readonly keys: KeyCheck;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly settings: GatewaySettings;
  readonly geo: GeoSettings;
  readonly streamPlaces: StreamPlaces;
  /** Evaluators that have reported nothing for this time are no longer listed. */
  readonly forgetEvaluatorsMs: number;
}

export type Gateway = ReturnType<typeof composeGateway>;

/** The gateway: what its controllers ask, and the routes, guards and limits on Fastify itself. */
export function composeGateway(deps: GatewayDependencies) {
  const { rpc, clock, logger, settings } = deps;
  const memberships = new CachedMemberships(rpc, clock);
  const users = new CachedUsers(rpc, clock);
  const ended = new Revocations(endedSessions.keptMs);
  const person = guardOfPeople(deps, { memberships, users, ended });
  if (settings.cookie.plainHttp) logger.warn('LOOM_PLAIN_HTTP_COOKIES: refresh tokens travel without TLS');
  return {
    memberships,
    users,
    sessions: { ended, poll: pollOfSessions(deps, ended) },
    accessControl: accessControl(deps, person),
    invitedCaller: new InvitedCaller(person),
    ...events(deps, memberships, ended),
    getPropagation: new GetPropagation(rpc, (orgId) => readReceipts(deps.redis, orgId, deps.forgetEvaluatorsMs)),
    refreshCookie: new RefreshCookie(settings.cookie),
    csrf: new CsrfCheck(settings.publicUrl),
    links: new Links(settings.publicUrl),
    sdkProxy: new SdkProxy(settings.upstreams, deps.streamPlaces, logger, deps.geo),
    openApi: new OpenApiSource(apiControllers),
  };
}

/** Finds sessions that ended while this process received no facts. */
function pollOfSessions({ rpc, redis, clock, logger }: GatewayDependencies, revocations: Revocations): RevocationPoll {
  const sources = [endedInAccounts(rpc), new RedisRevocations(redis, endedSessions)];
  const { keptMs } = endedSessions;
  return new RevocationPoll({ what: 'ended sessions', revocations, sources, keptMs, clock, logger });
}

interface KnownPeople {
  readonly memberships: Memberships;
  readonly users: Users;
  readonly ended: EndedSessions;
}

function guardOfPeople(deps: GatewayDependencies, { memberships, users, ended }: KnownPeople): Guard<PersonAccess> {
  const { rpc, keys, clock, settings } = deps;
  const jwks = new JwksKeys(() => rpc.ask(accountsRpc.getJwks, {}), clock);
  const tokens = new JwtAccessTokens(jwks, settings.token, ended, clock);
  return personGuard({ tokens, memberships, users, keys });
}

/** The guards of people and API keys, and the rate limits. */
function accessControl({ redis, keys, settings }: GatewayDependencies, person: Guard<PersonAccess>) {
  return new AccessControl({
    person,
    keys: keysGuard(keys),
    limiter: new RateLimiter(rateLimits(redis.client, settings.limits)),
  });
}

/** Questions to the event store, and events as they arrive. */
function events(deps: GatewayDependencies, memberships: Memberships, ended: EndedSessions) {
  const { rpc, bus, clock, settings, streamPlaces: places } = deps;
  const parts = { memberships, ended, clock, places, limits: settings.live };
  return {
    eventQuestions: new EventQuestions(rpc),
    liveEvents: new LiveEvents({ feed: new NatsEventFeed(bus), ...parts }),
  };
}
