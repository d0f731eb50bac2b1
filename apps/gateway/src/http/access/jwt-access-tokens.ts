import { jwtVerify, type JWTPayload } from 'jose';
import { AppError, type Clock } from '#libs/kernel';
import type { AccessTokens, TokenClaims } from '../../application/access/ports.js';
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
    private readonly clock: Clock,
  ) {}

  async verify(token: string): Promise<TokenClaims> {
    try {
      const { payload } = await jwtVerify(token, ({ kid }) => this.keys.get(kid), {
        ...this.policy,
        algorithms: ['RS256'],
        requiredClaims: ['sub', 'exp', 'iat'],
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

function claimsOf({ sub, scope, sid, exp }: JWTPayload): TokenClaims {
  return { userId: sub!, scope: textOf(scope), sessionId: textOf(sid), expiresAt: exp! * 1_000 };
}

function textOf(claim: unknown): string | undefined {
  return typeof claim === 'string' ? claim : undefined;
}
