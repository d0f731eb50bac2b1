import { Inject, Module, type OnApplicationBootstrap } from '@nestjs/common';
import { durables } from '#libs/contracts';
import { Database, FactConsumers, Inbox, PostgresModule } from '#libs/platform';
import { Entries, JsonTools, Ledger } from './application/ports.js';
import { RecordEntry } from './application/record-entry.js';
import { postgresSettings } from './config.js';
import { LibraryJsonTools } from './db/library-json-tools.js';
import { PostgresEntries } from './db/postgres-entries.js';
import { PostgresLedger } from './db/postgres-ledger.js';
import { onAuditRecorded } from './messaging/on-audit-recorded.js';
import { AuditController } from './rpc/audit.controller.js';

@Module({
  imports: [PostgresModule.register({ service: 'audit', settings: postgresSettings })],
  controllers: [AuditController],
  providers: [
    { provide: JsonTools, useClass: LibraryJsonTools },
    { provide: Ledger, inject: [Inbox], useFactory: (inbox: Inbox) => new PostgresLedger(inbox) },
    { provide: Entries, inject: [Database], useFactory: (database: Database) => new PostgresEntries(database) },
    {
      provide: RecordEntry,
      inject: [Ledger, JsonTools],
      useFactory: (ledger: Ledger, json: JsonTools) => new RecordEntry(ledger, json),
    },
  ],
})
export class AuditModule implements OnApplicationBootstrap {
  constructor(
    @Inject(FactConsumers) private readonly consumers: FactConsumers,
    @Inject(RecordEntry) private readonly recordEntry: RecordEntry,
  ) {}

  onApplicationBootstrap(): void {
    this.consumers.run(durables.auditEntries, onAuditRecorded(this.recordEntry));
  }
}
