import type { FastifyRequest } from 'fastify';
import type { KeyRecord, KeyType, Membership, Role, SpecialPermission, UserView } from '#libs/contracts';

/** Anybody may call. The list of such routes is a snapshot test. */
export interface PublicAccess {
  readonly kind: 'public';
}
/**
 * An API key of one of these types. `apiKeyHeader`: `X-API-Key` will do as well (OFREP). `beacon`: a request of `navigator.sendBeacon`
 * carries it as `api_key` in its body (`isBeacon`), and is let in, or not, once that is read; a write key alone.
 */
export interface KeysAccess {
  readonly kind: 'keys';
  readonly types: readonly KeyType[];
  readonly apiKeyHeader?: boolean;
  readonly beacon?: boolean;
}
/** What a signed-in person must be or have. Nothing asked: being signed in is enough. */
export interface PersonRequirement {
  /** `org` is the one in the path (`{org}`), `platform` asks for a super admin. */
  readonly in?: 'org' | 'platform';
  readonly role?: Role;
  readonly permission?: SpecialPermission;
  /** A super admin who is no member passes as well: to read. */
  readonly superAdmin?: boolean;
  /** What the token's scope must include; without it, by method: GET and HEAD read, the rest writes. */
  readonly scope?: 'read' | 'write';
  /** Tokens of the rate limit's bucket; 1 unless said. */
  readonly cost?: number;
}
export interface PersonAccess extends PersonRequirement {
  readonly kind: 'person';
}
/** A way in of one service's own, e.g. `custom:stream-token`; it registers the guard for it. */
export interface CustomAccess {
  readonly kind: `custom:${string}`;
}
export type Access = PublicAccess | KeysAccess | PersonAccess | CustomAccess;
export type AccessKind = Access['kind'];

export interface KeyCaller {
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
  readonly sessionId?: string;
  /** Unix ms at which the access token ends, and what it opened with it. */
  readonly expiresAt: number;
}
export type Caller = KeyCaller | PersonCaller;

/**
 * Lets a request in by returning (and sets `request.caller`), keeps it out by throwing an `AppError`.
 * Synchronous whenever the answer is known: a promise costs on hot routes.
 */
export type Guard<A extends Access = Access> = (request: FastifyRequest, access: A) => void | Promise<void>;
export type Guards = { readonly [K in AccessKind]?: Guard<Extract<Access, { kind: K }>> };

export interface RouteConfig {
  /** Who may call; a route without it keeps the process from starting. */
  readonly access?: Access;
  /** A POST, PUT or PATCH that needs no body; the handler then sees `{}`. */
  readonly emptyBody?: boolean;
  /** Names of the query parameters it takes, `name[]` for all `name[key]`; none unless said; `any` turns the check off. */
  readonly query?: readonly string[] | 'any';
  /** It makes something, and so counts as a creation (201). */
  readonly creates?: boolean;
  /** How many things a body makes, before anybody looked whether it is right; one unless said. They are counted once it is read. */
  readonly countCreated?: (body: unknown) => number;
  /** No rate limit counts it: what probes, monitors and browsers ask by themselves. */
  readonly uncounted?: boolean;
  /** Browsers of other origins may call: see `sdkCors`. */
  readonly cors?: boolean;
  /** Answers errors in a format of its own (OFREP): gets the status and the envelope, returns the body. */
  readonly errorBody?: (problem: Problem, request: FastifyRequest) => unknown;
}

/** An error on its way out: the status, what the envelope says, headers such as `Retry-After`. */
export interface Problem {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Envelope;
  /** Nobody foresaw it: log it, with its stack. */
  readonly unexpected: boolean;
}
export interface Envelope {
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
    /** Set by the guard; `undefined` on public routes. */
    caller: Caller | undefined;
  }
}

/** The key record of a route with `kind: 'keys'`. */
export function keyOf(request: FastifyRequest): KeyRecord {
  if (request.caller?.kind !== 'key') throw new TypeError('keyOf on a route without API keys');
  return request.caller.record;
}

/** The person of a route with `kind: 'person'`. */
export function personOf(request: FastifyRequest): PersonCaller {
  if (request.caller?.kind !== 'person') throw new TypeError('personOf on a route without people');
  return request.caller;
}
