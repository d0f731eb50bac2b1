import type { Database } from '#libs/postgres';
import { EventPartitions } from '../application/ports.js';

const MONTHS_AHEAD = 3;

export class PostgresPartitions extends EventPartitions {
  constructor(private readonly database: Database) {
    super();
  }

  override async makeMissing(): Promise<void> {
    await this.database.systemTransaction(({ manager }) =>
      manager.query(`select make_event_partitions($1)`, [MONTHS_AHEAD]),
    );
  }
}
