import type { Database } from '#libs/postgres';
import type { EndedAt, EndedSessions } from '../../application/sessions/ports.js';

const ENDED = `select id, ended_at as at from session where ended_at >= $1 order by ended_at desc limit $2`;

export class PostgresEndedSessions implements EndedSessions {
  constructor(private readonly database: Database) {}

  since(since: Date, limit: number): Promise<readonly EndedAt[]> {
    return this.database.systemTransaction(({ manager }) => manager.query<EndedAt[]>(ENDED, [since, limit]));
  }
}
