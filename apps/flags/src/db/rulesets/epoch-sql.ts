/**
 * Identifies one lifetime of a database, in a statement that reads the table `epoch`: the cluster, its timeline, which a
 * promotion or a point-in-time recovery raises, and the table itself, which is another one after a restore from a dump.
 */
export const BIRTH = `(select system_identifier from pg_control_system()) || '-' ||
  left(pg_walfile_name(pg_current_wal_lsn()), 8) || '-' || epoch.tableoid`;

/** Whether the epoch began in this lifetime of the database. NULL on servers that do not give this information. */
export const IS_HOME = `birth = case when birth is null then null else ${BIRTH} end`;

/** The database is not the one that its epoch began in: commits may be lost, so a new epoch must begin before the next write. */
export class DatabaseMoved extends Error {
  override readonly name = 'DatabaseMoved';
}
