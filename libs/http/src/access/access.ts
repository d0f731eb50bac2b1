import type { FastifyRequest } from 'fastify';
import type { KeyRecord, KeyType, Membership, Role, SpecialPermission, UserView } from '#libs/contracts';

/** Accepts every caller. A snapshot test lists all such routes. */
interface PublicAccess {
  readonly kind: 'public';
}
/**
 * Accepts API keys of these types.
 * `apiKeyHeader`: also accepts the key in the header `X-API-Key` (OFREP).
 * `beacon`: also accepts a write key as `api_key` in the body of a request of `navigator.sendBeacon` (`isBeacon`), which is
 * checked after the body is read.
 */
export interface KeysAccess {
  readonly kind: 'keys';
  readonly types: readonly KeyType[];
  readonly apiKeyHeader?: boolean;
  readonly beacon?: boolean;
}
/** Conditions for a signed-in person. Without conditions every signed-in person is accepted. */
export interface PersonRequirement {
  /** `org`: must be a member of the organization in the path (`{org}`). `platform`: must be a super admin. */
  readonly in?: 'org' | 'platform';
  readonly role?: Role;
  readonly permission?: SpecialPermission;
  /** Also accepts super admins that are not members of the organization. For reading only. */
  readonly superAdmin?: boolean;
  /** Scope that the token must include. Default: `read` for GET and HEAD, else `write`. */
  readonly scope?: 'read' | 'write';
  /** Tokens that a request takes from the bucket of the rate limit. Default: 1. */
  readonly cost?: number;
}
export interface PersonAccess extends PersonRequirement {
  readonly kind: 'person';
}
/** A check of one service, e.g. `custom:stream-token`. The service registers the guard for it. */
interface CustomAccess {
  readonly kind: `custom:${string}`;
}
export type Access = PublicAccess | KeysAccess | PersonAccess | CustomAccess;
export type AccessKind = Access['kind'];

interface KeyCaller {
  readonly kind: 'key';
  readonly record: KeyRecord;
}
export interface PersonCaller {
  readonly kind: 'person';
  readonly user: UserView;
  /** Present on routes with `{org}`. */
  readonly membership?: Membership;
  readonly scope?: string;
  /** The session that the access token belongs to. */
  readonly sessionId: string;
  /** When the access token expires, in Unix ms. Streams that it opened must end then. */
  readonly expiresAt: number;
}
type Caller = KeyCaller | PersonCaller;

/**
 * Accepts a request by setting `request.caller` and returning; refuses it by throwing an `AppError`.
 * Synchronous when the result is known at once: a promise costs time on hot routes.
 */
export type Guard<A extends Access = Access> = (request: FastifyRequest, access: A) => void | Promise<void>;
export type Guards = { readonly [K in AccessKind]?: Guard<Extract<Access, { kind: K }>> };

export interface RouteConfig {
  /** The callers that the route accepts. The process does not start when a route has none. */
  readonly access?: Access;
  /**
   * Numbers of the body. `exact`: those in values and metadata must come back as they are written, else 400 `unsafe_number`.
   * `any`: none is refused. Default: those beyond the range of a double are refused, others are rounded.
   */
  readonly numbers?: 'exact' | 'any';
  /** Limit of the members and items of the body. Default: 50,000. */
  readonly members?: number;
  /** Whether a POST, PUT or PATCH may have no body; the handler then gets `{}`. Default: false. */
  readonly emptyBody?: boolean;
  /** Names of the accepted query parameters; `name[]` accepts every `name[key]`; `any` disables the check. Default: none. */
  readonly query?: readonly string[] | 'any';
  /** Whether the route creates a resource, and counts for the limit of creations. */
  readonly creates?: boolean;
  /** Returns how many resources a body creates; called after the body is read and before it is validated. Default: 1. */
  readonly countCreated?: (body: unknown) => number;
  /** Excludes the route from rate limits: for requests of probes, monitors and browsers. */
  readonly uncounted?: boolean;
  /** Allows calls from pages of other origins: see `sdkCors`. */
  readonly cors?: boolean;
  /** For routes with their own format of errors (OFREP): returns the body for a problem. Default: the envelope. */
  readonly errorBody?: (problem: Problem, request: FastifyRequest) => unknown;
}

/** An error answer: status, headers such as `Retry-After`, and the envelope as body. */
export interface Problem {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Envelope;
  /** Whether the error is a fault of the server, which must be logged with its stack. */
  readonly unexpected: boolean;
}
interface Envelope {
  readonly error: {
    readonly code: string;
    readonly message: string;
    readonly details: readonly Readonly<Record<string, unknown>>[];
    readonly request_id: string;
  };
}

declare module 'fastify' {
  interface FastifyContextConfig extends RouteConfig {
    readonly access?: Access;
  }
  interface FastifyRequest {
    /** Set by the guard of the route; `undefined` on public routes. */
    caller: Caller | undefined;
  }
}

/** Returns the record of the calling API key. @throws TypeError on a route without `kind: 'keys'` */
export function keyOf(request: FastifyRequest): KeyRecord {
  if (request.caller?.kind !== 'key') throw new TypeError('keyOf on a route without access of API keys');
  return request.caller.record;
}

/** Returns the calling person. @throws TypeError on a route without `kind: 'person'` */
export function personOf(request: FastifyRequest): PersonCaller {
  if (request.caller?.kind !== 'person') throw new TypeError('personOf on a route without access of people');
  return request.caller;
}
