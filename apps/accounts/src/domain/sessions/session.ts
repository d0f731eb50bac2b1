import type { ClientType } from '#libs/contracts';

/**
 * One sign-in: the family of refresh tokens that follow each other. Only the newest token renews it. `endedAt` is set by a
 * sign-out, a change of the password, and the reuse of an old token.
 */
export interface Session {
  readonly id: string;
  readonly userId: string;
  readonly clientType: ClientType;
  /** The `scope` claim of all its access tokens; absent: no limit. */
  readonly scope?: string;
  readonly createdAt: Date;
  readonly endedAt?: Date;
  /** Where it was used last, as far as it was recorded. */
  readonly lastUse?: SessionUse;
}

/** A sign-in or a renewal. */
export interface SessionUse {
  readonly at: Date;
  readonly address?: string;
  readonly userAgent?: string;
}

/** A session that can be renewed until `expiresAt`. */
export interface LiveSession extends Session {
  readonly expiresAt: Date;
}

/** When a session ends for good, however often it is renewed. */
export function endsAt({ createdAt }: Pick<Session, 'createdAt'>, maxMs: number): Date {
  return new Date(createdAt.getTime() + maxMs);
}

export interface RefreshToken {
  readonly id: string;
  readonly sessionId: string;
  /** SHA-256, base64url: the token is 256 random bits, so a slow hash would add nothing. */
  readonly hash: string;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  /** When it was exchanged for the next one. */
  readonly usedAt?: Date;
  readonly successorId?: string;
}

export interface PresentedToken {
  readonly session: Session;
  readonly token: RefreshToken;
  /** Absent when the token is the newest of its session. */
  readonly successor?: RefreshToken;
}

/**
 * `rotate`: exchange it. `repeat`: the client lost the answer, or two tabs sent the token; the answer is repeated. `reused`:
 * there is a copy of the token. `refused`: expired or ended.
 */
export type RefreshVerdict = 'rotate' | 'repeat' | 'reused' | 'refused';

const GRACE_MS = 10_000;

/** What to do with a refresh token that was found. `maxMs` is the largest age of a session. */
export function judge({ session, token, successor }: PresentedToken, now: Date, maxMs: number): RefreshVerdict {
  if (session.endedAt !== undefined || now >= endsAt(session, maxMs)) return 'refused';
  if (token.usedAt === undefined) return now < token.expiresAt ? 'rotate' : 'refused';
  const direct = successor !== undefined && successor.usedAt === undefined;
  return direct && now.getTime() - token.usedAt.getTime() <= GRACE_MS ? 'repeat' : 'reused';
}
