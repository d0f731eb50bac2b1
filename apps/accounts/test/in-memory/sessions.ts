import type { PageOf } from '#libs/contracts';
import type { SessionQuery, SessionStore, SigningKeyStore } from '../../src/application/ports/platform-stores.js';
import type {
  LiveSession,
  PresentedToken,
  RefreshToken,
  Session,
  SessionUse,
} from '../../src/domain/sessions/session.js';
import type { SigningKey } from '../../src/domain/signing-keys/signing-key.js';
import { compare, pageOfRows } from './rows.js';
import type { InMemoryTransaction } from './tables.js';

export class InMemorySessions implements SessionStore {
  constructor(private readonly tx: InMemoryTransaction) {}

  async open(session: Session, first: RefreshToken): Promise<void> {
    this.tx.writable.sessions.set(session.id, session);
    this.tx.writable.refreshTokens.set(first.id, first);
  }

  async present(tokenHash: string): Promise<PresentedToken | undefined> {
    const { sessions, refreshTokens } = this.tx.tables;
    const token = [...refreshTokens.values()].find(({ hash }) => hash === tokenHash);
    const session = token && sessions.get(token.sessionId);
    if (token === undefined || session === undefined) return undefined;
    const successor = token.successorId === undefined ? undefined : refreshTokens.get(token.successorId);
    return { session, token, successor };
  }

  async rotate({ id, usedAt, successorId }: RefreshToken, next: RefreshToken, lastUse: SessionUse): Promise<void> {
    const { refreshTokens, sessions } = this.tx.writable;
    refreshTokens.set(next.id, next);
    sessions.set(next.sessionId, { ...sessions.get(next.sessionId)!, lastUse });
    refreshTokens.set(id, { ...refreshTokens.get(id)!, usedAt, successorId });
  }

  async end({ id }: Session, at: Date): Promise<void> {
    const { sessions } = this.tx.writable;
    sessions.set(id, { ...sessions.get(id)!, endedAt: at });
  }

  async endOthers(userId: string, keptId: string | undefined, at: Date): Promise<readonly string[]> {
    const others = [...this.tx.tables.sessions.values()].filter(
      (session) => session.userId === userId && session.endedAt === undefined && session.id !== keptId,
    );
    for (const session of others) await this.end(session, at);
    return others.map(({ id }) => id);
  }

  async lockOwn(userId: string, id: string): Promise<Session | undefined> {
    const session = this.tx.tables.sessions.get(id);
    return session?.userId === userId && session.endedAt === undefined ? session : undefined;
  }

  async addressesOf(userId: string): Promise<readonly string[]> {
    const own = [...this.tx.tables.sessions.values()].filter((session) => session.userId === userId);
    return own.flatMap(({ lastUse }) => lastUse?.address ?? []);
  }

  async list({ userId, page, at, createdAfter }: SessionQuery): Promise<PageOf<LiveSession>> {
    const tokens = [...this.tx.tables.refreshTokens.values()].filter(({ usedAt }) => usedAt === undefined);
    const live = [...this.tx.tables.sessions.values()].flatMap((session): readonly LiveSession[] => {
      const expiresAt = tokens.find(({ sessionId }) => sessionId === session.id)?.expiresAt;
      const isOwn = session.userId === userId && session.endedAt === undefined && session.createdAt > createdAfter;
      return isOwn && expiresAt !== undefined && expiresAt > at ? [{ ...session, expiresAt }] : [];
    });
    const view = (session: LiveSession) => session;
    return pageOfRows(live, page, { route: 'sessions', org: userId }, { listed: view, view });
  }
}

export class InMemorySigningKeys implements SigningKeyStore {
  constructor(private readonly tx: InMemoryTransaction) {}

  async all(): Promise<readonly SigningKey[]> {
    return [...this.tx.tables.signingKeys.values()].toSorted(
      (one, other) => other.signsFrom.getTime() - one.signsFrom.getTime() || compare(one.kid, other.kid),
    );
  }

  async add(key: SigningKey): Promise<void> {
    this.tx.writable.signingKeys.set(key.kid, key);
  }

  async retireAll(at: Date): Promise<void> {
    const { signingKeys } = this.tx.writable;
    for (const [kid, key] of signingKeys) signingKeys.set(kid, { ...key, retiredAt: key.retiredAt ?? at });
  }
}
