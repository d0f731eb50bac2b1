import { jwtVerify, type JWTPayload } from 'jose';
import { AppError, type Clock } from '#libs/kernel';
import type { AccessTokens, EndedSessions, TokenClaims } from '../../application/access/ports.js';
import type { JwksKeys } from './jwks-keys.js';

export interface TokenPolicy {
  readonly issuer: string;
  readonly audience: string;
}

/** JWTs signed by RS256 with a key of this platform. */
export class JwtAccessTokens implements AccessTokens {
  constructor(
    private readonly keys: JwksKeys,
    private readonly policy: TokenPolicy,
    private readonly ended: Pick<EndedSessions, 'has'>,
    private readonly clock: Clock,
  ) {}

  async verify(token: string): Promise<TokenClaims> {
    const claims = await this.#claimsOf(token);
    if (!this.ended.has(claims.sessionId)) return claims;
    throw new AppError('invalid_token', 'The session of the access token has ended: sign in again');
  }

  async #claimsOf(token: string): Promise<TokenClaims> {
    try {
      const { payload } = await jwtVerify(token, ({ kid }) => this.keys.get(kid), {
        ...this.policy,
        algorithms: ['RS256'],
        requiredClaims: ['sub', 'sid', 'exp', 'iat'],
        currentDate: this.clock.now(),
      });
      return claimsOf(payload);
    } catch (error) {
      if (error instanceof AppError) throw error;
      throw new AppError('invalid_token', 'The access token is invalid or expired: refresh it or sign in', [], {
        cause: error,
      });
    }
  }
}

/** @throws Error when a claim has another type than the platform gives it: it would be read as absent, which allows more */
function claimsOf({ sub, scope, sid, exp }: JWTPayload): TokenClaims {
  if (typeof sid !== 'string') throw new TypeError('the claim sid is no text');
  if (scope !== undefined && typeof scope !== 'string') throw new TypeError('the claim scope is no text');
  return { userId: sub!, scope, sessionId: sid, expiresAt: exp! * 1_000 };
}
