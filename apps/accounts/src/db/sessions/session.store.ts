import { UUID } from '#libs/contracts';
import type { Transaction } from '#libs/postgres';
import { IsNull, Not } from 'typeorm';
import type { PresentedToken, RefreshToken, Session } from '../../domain/sessions/session.js';
import { RefreshTokenRow, toRefreshToken, toRefreshTokenRow } from './refresh-token.row.js';
import { SessionRow, toSession } from './session.row.js';
import type { SessionStore } from '../../application/ports/platform-stores.js';

export class PostgresSessions implements SessionStore {
  constructor(private readonly tx: Transaction) {}

  async open(session: Session, first: RefreshToken): Promise<void> {
    const { scope, endedAt, createdAt: updatedAt } = session;
    const row = { ...session, updatedAt, scope: scope ?? null, endedAt: endedAt ?? null };
    await this.tx.manager.insert(SessionRow, row);
    await this.tx.manager.insert(RefreshTokenRow, toRefreshTokenRow(first));
  }

  /** Locks the session before it reads the token: after a wait for the lock, the change of its last holder must be visible. */
  async present(tokenHash: string): Promise<PresentedToken | undefined> {
    const session = await this.#lockSessionOf(tokenHash);
    if (session === null) return undefined;
    const token = await this.tx.manager.findOneByOrFail(RefreshTokenRow, { tokenHash });
    const successor =
      token.successorId === null
        ? undefined
        : await this.tx.manager.findOneByOrFail(RefreshTokenRow, { id: token.successorId });
    return {
      session: toSession(session),
      token: toRefreshToken(token),
      successor: successor && toRefreshToken(successor),
    };
  }

  async rotate({ id, usedAt, successorId }: RefreshToken, next: RefreshToken): Promise<void> {
    await this.tx.manager.insert(RefreshTokenRow, toRefreshTokenRow(next));
    await this.tx.manager.update(RefreshTokenRow, { id }, { usedAt, successorId, updatedAt: usedAt });
  }

  async end({ id }: Session, at: Date): Promise<void> {
    await this.tx.manager.update(SessionRow, { id }, { endedAt: at, updatedAt: at });
  }

  async endOthers(userId: string, keptId: string | undefined, at: Date): Promise<number> {
    const kept = keptId !== undefined && UUID.test(keptId) ? { id: Not(keptId) } : {};
    const others = { userId, endedAt: IsNull(), ...kept };
    const { affected } = await this.tx.manager.update(SessionRow, others, { endedAt: at, updatedAt: at });
    return affected ?? 0;
  }

  #lockSessionOf(tokenHash: string): Promise<SessionRow | null> {
    return this.tx.manager
      .createQueryBuilder(SessionRow, 'session')
      .where((query) => {
        const of = query.subQuery().select('token.sessionId').from(RefreshTokenRow, 'token');
        return `session.id = ${of.where('token.tokenHash = :tokenHash').getQuery()}`;
      })
      .setParameter('tokenHash', tokenHash)
      .setLock('pessimistic_write')
      .getOne();
  }
}
