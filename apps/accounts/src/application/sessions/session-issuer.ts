import type { Clock, Ids } from '#libs/kernel';
import type { ClientType, TokenPair } from '#libs/contracts';
import type { RefreshToken, Session } from '../../domain/sessions/session.js';
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

/** Makes sessions, their tokens, and the answers that carry the tokens. */
export class SessionIssuer {
  constructor(
    private readonly accessTokens: AccessTokens,
    private readonly entropy: Entropy,
    private readonly policy: AccountsPolicy,
    private readonly clock: Clock,
    private readonly ids: Ids,
  ) {}

  /** `scope` becomes the claim of all access tokens of the session. */
  begin(
    user: User,
    clientType: ClientType,
    scope?: string,
  ): { readonly session: Session; readonly first: IssuedToken } {
    const session: Session = { id: this.ids.next(), userId: user.id, clientType, scope, createdAt: this.clock.now() };
    return { session, first: this.#issue(session, this.entropy.refreshToken(), session.createdAt) };
  }

  /** The successor of the refresh token `plain`: always the same token for the same one. */
  follow(session: Session, plain: string, at: Date): IssuedToken {
    return this.#issue(session, this.entropy.nextRefreshToken(plain), at);
  }

  async pair(user: User, session: Session, { plain, stored }: IssuedToken): Promise<TokenPair> {
    return {
      access_token: await this.accessTokens.issue(session, stored.createdAt),
      token_type: 'Bearer',
      expires_in: this.policy.accessTtlS,
      refresh_token: plain,
      user: userView(user),
    };
  }

  #issue({ id: sessionId, clientType }: Session, plain: string, at: Date): IssuedToken {
    const expiresAt = new Date(at.getTime() + this.policy.refreshTtlMs[clientType]);
    return { plain, stored: { id: this.ids.next(), sessionId, hash: tokenHash(plain), createdAt: at, expiresAt } };
  }
}
