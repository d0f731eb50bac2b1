import type { JobStore, PurgeLimits } from '../../src/application/ports/platform-stores.js';
import type { InMemoryTransaction, Tables } from './tables.js';

export class InMemoryJobs implements JobStore {
  constructor(private readonly tx: InMemoryTransaction) {}

  async claim(name: string, at: Date, notSince: Date): Promise<boolean> {
    const last = this.tx.tables.jobs.get(name);
    if (last !== undefined && last > notSince) return false;
    this.tx.writable.jobs.set(name, at);
    return true;
  }

  async purge(limits: PurgeLimits): Promise<number> {
    const tables = this.tx.writable;
    return purges.reduce((gone, purge) => gone + purge(tables, limits), 0);
  }
}

type Purge = (tables: Tables, limits: PurgeLimits) => number;

/** In the order of the statements in Postgres: rows go before the rows they refer to. */
const purges: readonly Purge[] = [
  ({ refreshTokens }, { now, rows }) => remove(refreshTokens, rows, ({ expiresAt }) => expiresAt < now),
  ({ sessions, refreshTokens }, { endedBefore, rows }) => {
    const gone = remove(sessions, rows, ({ endedAt }) => endedAt !== undefined && endedAt < endedBefore);
    for (const [id, { sessionId }] of refreshTokens) if (!sessions.has(sessionId)) refreshTokens.delete(id);
    return gone;
  },
  ({ sessions, refreshTokens }, { endedBefore, rows }) => {
    const used = new Set([...refreshTokens.values()].map(({ sessionId }) => sessionId));
    return remove(sessions, rows, ({ id, createdAt }) => createdAt < endedBefore && !used.has(id));
  },
  ({ invitations }, { now, rows }) => remove(invitations, rows, ({ expiresAt }) => expiresAt < now),
  ({ memberInvitations }, { now, rows }) => remove(memberInvitations, rows, ({ expiresAt }) => expiresAt < now),
  ({ passwordResets }, { now, rows }) => remove(passwordResets, rows, ({ expiresAt }) => expiresAt < now),
  ({ members }, { deletedBefore, rows }) => remove(members, rows, isDeletedBefore(deletedBefore)),
  ({ apiKeys, environments }, { deletedBefore, rows }) => {
    const deleted = [...environments.values()].filter(isDeletedBefore(deletedBefore)).map(({ value }) => value.id);
    return remove(apiKeys, rows, ({ environment }) => environment !== undefined && deleted.includes(environment.id));
  },
  ({ environments, apiKeys }, { deletedBefore, rows }) => {
    const used = new Set([...apiKeys.values()].map(({ environment }) => environment?.id));
    const isDeleted = isDeletedBefore(deletedBefore);
    return remove(environments, rows, (row) => isDeleted(row) && !used.has(row.value.id));
  },
  ({ signingKeys }, { retiredBefore, rows }) =>
    remove(signingKeys, rows, ({ retiredAt }) => retiredAt !== undefined && retiredAt < retiredBefore),
];

function isDeletedBefore(at: Date) {
  return ({ deletedAt }: { readonly deletedAt?: Date }): boolean => deletedAt !== undefined && deletedAt < at;
}

/** Deletes at most so many rows, and returns how many. */
function remove<Key, Row>(table: Map<Key, Row>, rows: number, isDue: (row: Row) => boolean): number {
  const due = [...table].filter(([, row]) => isDue(row)).slice(0, rows);
  for (const [key] of due) table.delete(key);
  return due.length;
}
