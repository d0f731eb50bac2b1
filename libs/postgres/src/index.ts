export { idempotent } from './idempotency/idempotency.js';
export { Inbox } from './inbox/inbox.js';
export { prepareDatabase, type ServiceMigrations } from './migrate/prepare-database.js';
export { platformTables, readScopeOnce, tenantTable } from './migrate/table-sql.js';
export { outboxMetrics } from './outbox/outbox-metrics.js';
export { OutboxRelay } from './outbox/outbox-relay.js';
export { type OutboxRow } from './outbox/relay-session.js';
export {
  type CursorPosition,
  type CursorScope,
  decodeCursor,
  decodeSeqCursor,
  encodeSeqCursor,
} from './pages/cursor.js';
export { cutPage, pageOf, pageWindow, type PageWindow } from './pages/page-of.js';
export { rowsWithin } from './pages/rows-within.js';
export { databaseMetrics } from './pool/database-metrics.js';
export { isUniqueViolation } from './pool/errors.js';
export { prepared } from './pool/prepared.js';
export { type DatabaseRole, type PostgresSettings, roleName, roleUrl } from './pool/settings.js';
export { Database } from './transaction/database.js';
export { Databases } from './transaction/databases.js';
export { type Transaction, type Work } from './transaction/transaction.js';
