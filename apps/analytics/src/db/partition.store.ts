import type { Database } from '#libs/postgres';

const MONTHS_AHEAD = 3;

/** The monthly partitions of `event`. */
export class PostgresPartitions {
  constructor(private readonly database: Database) {}

  /** Makes those of this month, of the next three, and of events in the default partition, which move there. */
  async makeMissing(): Promise<void> {
    await this.database.systemTransaction(({ manager }) =>
      manager.query(`select make_event_partitions($1)`, [MONTHS_AHEAD]),
    );
  }
}
