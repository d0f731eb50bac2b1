export { createHttp, type HttpLimits, type HttpOptions } from './create-http.js';
export { mountNest } from './mount-nest.js';
export {
  keyOf,
  personOf,
  type Access,
  type AccessKind,
  type Caller,
  type CustomAccess,
  type Envelope,
  type Guard,
  type Guards,
  type KeyCaller,
  type KeysAccess,
  type PersonAccess,
  type PersonCaller,
  type PersonRequirement,
  type Problem,
  type PublicAccess,
  type RouteConfig,
} from './access.js';
export {
  AccessMissing,
  registerDefaultGuard,
  registerGuard,
  registerRateLimiter,
  routeTable,
  type RouteRow,
} from './guards.js';
export { RateLimit, type RateLimitOptions } from './rate-limit.js';
export { RateLimiter, type RateLimits } from './rate-limiter.js';
export { ApiKey, EmptyBody, Person, Public, RouteSettings } from './access-decorators.js';
export { isBeacon, useEventBodies, type EventBodyLimits } from './body-parsers.js';
export { bearer } from './bearer.js';
export { decodeCursor, encodeCursor, type CursorPosition, type CursorScope } from './cursor.js';
export { sdkCors } from './cors.js';
export { EnvelopeFilter } from './envelope-filter.js';
export { toEnvelope } from './envelope.js';
export { answerError } from './answer-error.js';
export { noteAttempt, type Attempt } from './attempts.js';
export { etagMatches, etagOf, ifMatch, setVersions } from './etag.js';
export { VersionHeaders } from './version-headers.js';
export { Health, type CheckResult, type HealthCheck, type HealthReport } from './health.js';
export { jitter, openEventStream, retryLine } from './event-stream.js';
export { keepOpen } from './keep-open.js';
export { pageOf, pageParams, param, readQuery, type Param, type QueryOf, type QuerySpec } from './query.js';
export { CallerOf, IfMatch, KeyOf, PersonOf, QueryParams } from './query-params.js';
export { requestIdOf } from './request-id.js';
export { parseStrictJson, MAX_JSON_DEPTH } from './strict-json.js';
export { ValidBody, validBody } from './valid-body.js';
