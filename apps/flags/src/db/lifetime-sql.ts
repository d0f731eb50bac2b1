/**
 * What tells one life of a database from another, for a statement that reads the table `epoch`: the cluster, its timeline, which
 * a promotion or a recovery to a point in time raises, and the table itself, which is another one after a restore from a dump.
 */
export const BIRTH = `(select system_identifier from pg_control_system()) || '-' ||
  left(pg_walfile_name(pg_current_wal_lsn()), 8) || '-' || epoch.tableoid`;

/** Whether the epoch began in this life of the database. Servers that do not tell are not asked: NULL stays NULL. */
export const IS_HOME = `birth = case when birth is null then null else ${BIRTH} end`;

/** The database is another one than its epoch says: commits may have been lost, so a new epoch comes before the next write. */
export class DatabaseMoved extends Error {
  override readonly name = 'DatabaseMoved';
}
