import { UUID, type PageOf } from '#libs/contracts';
import type { Transaction } from '#libs/postgres';
import { In, IsNull, Not } from 'typeorm';
import type { LiveSession, PresentedToken, RefreshToken, Session, SessionUse } from '../../domain/sessions/session.js';
import { pageOfQuery } from '../page-of-query.js';
import { RefreshTokenRow, toRefreshToken, toRefreshTokenRow } from './refresh-token.row.js';
import { SessionRow, toSession, toSessionRow, useColumns } from './session.row.js';
import type { SessionQuery, SessionStore } from '../../application/ports/platform-stores.js';

const MAX_ADDRESSES = 50;
const LIVE_TOKEN = 'select 1 from refresh_token as token where token.session_id = item.id and token.used_at is null';

export class PostgresSessions implements SessionStore {
  constructor(private readonly tx: Transaction) {}

  async open(session: Session, first: RefreshToken): Promise<void> {
    await this.tx.manager.insert(SessionRow, toSessionRow(session));
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

  async rotate(
    { id, sessionId, usedAt, successorId }: RefreshToken,
    next: RefreshToken,
    use: SessionUse,
  ): Promise<void> {
    await this.tx.manager.insert(RefreshTokenRow, toRefreshTokenRow(next));
    await this.tx.manager.update(RefreshTokenRow, { id }, { usedAt, successorId, updatedAt: usedAt });
    await this.tx.manager.update(SessionRow, { id: sessionId }, { ...useColumns(use), updatedAt: use.at });
  }

  async end({ id }: Session, at: Date): Promise<void> {
    await this.tx.manager.update(SessionRow, { id }, { endedAt: at, updatedAt: at });
  }

  async endOthers(userId: string, keptId: string | undefined, at: Date): Promise<readonly string[]> {
    const kept = keptId !== undefined && UUID.test(keptId) ? { id: Not(keptId) } : {};
    const ended = await this.tx.manager
      .createQueryBuilder()
      .update(SessionRow)
      .set({ endedAt: at, updatedAt: at })
      .where({ userId, endedAt: IsNull(), ...kept })
      .returning('id')
      .execute();
    return (ended.raw as { id: string }[]).map(({ id }) => id);
  }

  async lockOwn(userId: string, id: string): Promise<Session | undefined> {
    if (!UUID.test(id)) return undefined;
    const where = { id, userId, endedAt: IsNull() };
    const row = await this.tx.manager.findOne(SessionRow, { where, lock: { mode: 'pessimistic_write' } });
    return row === null ? undefined : toSession(row);
  }

  async addressesOf(userId: string): Promise<readonly string[]> {
    const where = { userId, address: Not(IsNull()) };
    const order = { createdAt: 'desc' } as const;
    const rows = await this.tx.manager.find(SessionRow, {
      where,
      order,
      take: MAX_ADDRESSES,
      select: { address: true },
    });
    return rows.map(({ address }) => address!);
  }

  async list({ userId, page, at, createdAfter }: SessionQuery): Promise<PageOf<LiveSession>> {
    const query = this.tx.manager
      .createQueryBuilder(SessionRow, 'item')
      .where('item.userId = :userId and item.endedAt is null and item.createdAt > :createdAfter', {
        userId,
        createdAfter,
      })
      .andWhere(`exists (${LIVE_TOKEN} and token.expires_at > :at)`, { at });
    const found = await pageOfQuery(query, page, { route: 'sessions', org: userId }, toSession);
    const expiries = await this.#expiries(found.data.map(({ id }) => id));
    return { ...found, data: found.data.map((session) => ({ ...session, expiresAt: expiries.get(session.id) ?? at })) };
  }

  /** When the newest token of each session expires. */
  async #expiries(ids: readonly string[]): Promise<ReadonlyMap<string, Date>> {
    const rows = await this.tx.manager.find(RefreshTokenRow, { where: { sessionId: In([...ids]), usedAt: IsNull() } });
    return new Map(rows.map(({ sessionId, expiresAt }) => [sessionId, expiresAt]));
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
