import type { SessionStore, SigningKeyStore } from '../../src/application/ports/platform-stores.js';
import type { PresentedToken, RefreshToken, Session } from '../../src/domain/sessions/session.js';
import type { SigningKey } from '../../src/domain/signing-keys/signing-key.js';
import { compare } from './rows.js';
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

  async rotate({ id, usedAt, successorId }: RefreshToken, next: RefreshToken): Promise<void> {
    const { refreshTokens } = this.tx.writable;
    refreshTokens.set(next.id, next);
    refreshTokens.set(id, { ...refreshTokens.get(id)!, usedAt, successorId });
  }

  async end({ id }: Session, at: Date): Promise<void> {
    const { sessions } = this.tx.writable;
    sessions.set(id, { ...sessions.get(id)!, endedAt: at });
  }

  async endOthers(userId: string, keptId: string | undefined, at: Date): Promise<number> {
    const others = [...this.tx.tables.sessions.values()].filter(
      (session) => session.userId === userId && session.endedAt === undefined && session.id !== keptId,
    );
    for (const session of others) await this.end(session, at);
    return others.length;
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
