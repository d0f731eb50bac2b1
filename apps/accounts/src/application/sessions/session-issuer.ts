import type { Clock, Ids } from '#libs/kernel';
import type { ClientType, TokenPair } from '#libs/contracts';
import { endsAt, type RefreshToken, type Session, type SessionUse } from '../../domain/sessions/session.js';
import type { User } from '../../domain/people/user.js';
import type { AccessTokens } from '../signing-keys/access-tokens.js';
import { tokenHash } from '../token-hash.js';
import type { AccountsPolicy } from '../ports/policy.js';
import type { Entropy } from '../ports/secrets.js';
import { userView } from '../people/person-view.js';

/** A refresh token as the client gets it, and as it is stored. */
export interface IssuedToken {
  readonly plain: string;
  readonly stored: RefreshToken;
}

/** What a person signs in with. `scope` becomes the claim of all access tokens of the session. */
export interface Terms extends Omit<SessionUse, 'at'> {
  readonly clientType: ClientType;
  readonly scope?: string;
}

/** Makes sessions, their tokens, and the answers that carry the tokens. */
export class SessionIssuer {
  constructor(
    private readonly accessTokens: AccessTokens,
    private readonly entropy: Entropy,
    private readonly policy: AccountsPolicy,
    private readonly clock: Clock,
    private readonly ids: Ids,
  ) {}

  begin(user: User, { clientType, scope, ...from }: Terms): { readonly session: Session; readonly first: IssuedToken } {
    const createdAt = this.clock.now();
    const lastUse = { ...from, at: createdAt };
    const session: Session = { id: this.ids.next(), userId: user.id, clientType, scope, createdAt, lastUse };
    return { session, first: this.#issue(session, this.entropy.refreshToken(), createdAt) };
  }

  /** The successor of the refresh token `plain`: always the same token for the same one. */
  follow(session: Session, plain: string, at: Date): IssuedToken {
    return this.#issue(session, this.entropy.nextRefreshToken(plain), at);
  }

  async pair(user: User, session: Session, { plain, stored }: IssuedToken): Promise<TokenPair> {
    return {
      access_token: await this.accessTokens.issue(session, stored.createdAt),
      token_type: 'Bearer',
      expires_in: this.accessTokens.lifeS(session, stored.createdAt),
      refresh_token: plain,
      user: userView(user),
    };
  }

  /** The token expires with its session at the latest. */
  #issue(session: Session, plain: string, at: Date): IssuedToken {
    const { id: sessionId, clientType } = session;
    const { refreshTtlMs, sessionMaxMs } = this.policy;
    const expiresMs = Math.min(at.getTime() + refreshTtlMs[clientType], endsAt(session, sessionMaxMs).getTime());
    const expiresAt = new Date(expiresMs);
    return { plain, stored: { id: this.ids.next(), sessionId, hash: tokenHash(plain), createdAt: at, expiresAt } };
  }
}
