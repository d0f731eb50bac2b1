import { AppError, type Clock } from '#libs/kernel';
import type { AnswerOf, CommandOf, Origin, accountsRpc } from '#libs/contracts';
import { judge, type PresentedToken, type Session } from '../../domain/sessions/session.js';
import { canSignIn, type User } from '../../domain/people/user.js';
import { type IssuedToken, type SessionIssuer } from './session-issuer.js';
import type { AccountsPolicy } from '../ports/policy.js';
import type { PlatformStores, UnitOfWork } from '../ports/unit-of-work.js';
import { endSession } from './end-sessions.js';
import { useOf } from './use-of.js';
import { tokenHash } from '../token-hash.js';
import { userOrigin } from '../people/user-origin.js';

type Command = CommandOf<typeof accountsRpc.refresh>;
interface Renewal {
  readonly user: User;
  readonly session: Session;
  readonly next: IssuedToken;
}

/** Exchanges a refresh token for the next one. A token that was exchanged before ends its session, after a short grace. */
export class RefreshSession {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly issuer: SessionIssuer,
    private readonly clock: Clock,
    private readonly policy: Pick<AccountsPolicy, 'sessionMaxMs'>,
  ) {}

  async execute({ refresh_token }: Command, origin: Origin): Promise<AnswerOf<typeof accountsRpc.refresh>> {
    const renewal = await this.uow.acrossOrganizations(async (stores) => {
      const presented = await stores.sessions.present(tokenHash(refresh_token));
      if (presented === undefined) return undefined;
      const user = await stores.users.find(presented.session.userId);
      return user === undefined || !canSignIn(user)
        ? undefined
        : this.#decide(stores, { user, presented, refresh_token, origin });
    });
    // Thrown outside of the transaction, which would roll back the end of a session after the reuse of a token.
    if (renewal === undefined) throw new AppError('invalid_refresh_token', 'Sign in again');
    return this.issuer.pair(renewal.user, renewal.session, renewal.next);
  }

  async #decide(stores: PlatformStores, request: Request): Promise<Renewal | undefined> {
    const { user, presented, refresh_token, origin } = request;
    const { session, token, successor } = presented;
    const now = this.clock.now();
    switch (judge(presented, now, this.policy.sessionMaxMs)) {
      case 'rotate': {
        const next = this.issuer.follow(session, refresh_token, now);
        const used = { ...token, usedAt: now, successorId: next.stored.id };
        await stores.sessions.rotate(used, next.stored, { ...useOf(origin), at: now });
        return { user, session, next };
      }
      case 'repeat':
        return { user, session, next: this.issuer.follow(session, refresh_token, successor!.createdAt) };
      case 'reused':
        await this.#end(stores, request, now);
        return undefined;
      case 'refused':
        return undefined;
    }
  }

  async #end(stores: PlatformStores, { user, presented, origin }: Request, now: Date): Promise<void> {
    await endSession(stores, presented.session, { at: now, origin });
    await stores.outbox.audit(userOrigin(user, origin), {
      event: 'RefreshTokenReused',
      action: 'reused',
      resourceType: 'session',
      resourceId: presented.session.id,
      metadata: { user_id: user.id },
    });
  }
}

interface Request {
  readonly user: User;
  readonly presented: PresentedToken;
  readonly refresh_token: string;
  readonly origin: Origin;
}
