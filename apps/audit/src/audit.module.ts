import { Inject, Module } from '@nestjs/common';
import { durables } from '#libs/contracts';
import { Database } from '#libs/postgres';
import { HostedService, postgresOf, RUNTIME, type Runtime } from '#libs/service';
import { composeAudit } from './composition.js';
import { onAuditRecorded } from './messaging/on-audit-recorded.js';
import { deadLetterHandlers } from './rpc/dead-letters.handlers.js';
import { entryHandlers } from './rpc/entries.handlers.js';

@Module({})
export class AuditModule extends HostedService {
  constructor(@Inject(RUNTIME) runtime: Runtime) {
    const { bus, publisher, logger, settings } = runtime;
    const database = new Database({ service: 'audit', log: logger, ...postgresOf(settings, 'audit') });
    const audit = composeAudit({ database, bus, publisher, logger });
    super(runtime, {
      database,
      relay: audit.relay,
      handlers: [...entryHandlers(audit), ...deadLetterHandlers(audit)],
      consumers: [{ durable: durables.auditEntries, handler: onAuditRecorded(audit.recordEntry) }],
    });
  }
}
