import type { Database } from '#libs/postgres';
import type { EnvironmentRef, Leftovers } from '../application/ports/leftovers.js';
import { rowsOf } from './sql.js';

const ENVIRONMENTS = `select org_id as scope, id from environment
  where deleted_at is not null and exists (select from flag_config where flag_config.environment = environment.id::text)
  order by deleted_at limit 100`;

export class PostgresLeftovers implements Leftovers {
  constructor(private readonly database: Database) {}

  environments(): Promise<readonly EnvironmentRef[]> {
    return this.database.systemTransaction(({ manager }) => rowsOf<EnvironmentRef>(manager, ENVIRONMENTS));
  }
}
