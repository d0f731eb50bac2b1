export { ApiKey, EmptyBody, Person, Public, RouteSettings } from './access/access-decorators.js';
export {
  type Guard,
  keyOf,
  type KeysAccess,
  type PersonAccess,
  type PersonCaller,
  personOf,
  type PersonRequirement,
  type Problem,
} from './access/access.js';
export { type Attempt, noteAttempt } from './access/attempts.js';
export { bearer } from './access/bearer.js';
export { sdkCors } from './access/cors.js';
export {
  registerDefaultGuard,
  registerGuard,
  registerRateLimiter,
  type RouteRow,
  routeTable,
} from './access/guards.js';
export { errorBodiesUnder } from './answers/error-bodies.js';
export { etagMatches, setVersions } from './answers/etag.js';
export { addVary, varyByCredential } from './answers/vary.js';
export { Health } from './health.js';
export { IfMatch, KeyOf, PersonOf, QueryParams } from './input/query-params.js';
export { readPage, pageParams, param, type Param, type QueryOf, type QuerySpec, readQuery } from './input/query.js';
export { RateLimit } from './limits/rate-limit.js';
export { RateLimiter, type RateLimits } from './limits/rate-limiter.js';
export { occupy, StreamPlaces } from './limits/stream-places.js';
export { createHttp } from './nest/create-http.js';
export { createInternalHttp } from './nest/internal-http.js';
export { type LoggedRequests } from './nest/request-lines.js';
export { mountNest } from './nest/mount-nest.js';
export { type ConnectionBound } from './wire/bound-connections.js';
export { isBeacon, useEventBodies } from './wire/body-parsers.js';
export { jitter, openEventStream, retryLine } from './wire/event-stream.js';
export { keepOpen } from './wire/keep-open.js';
