import { Inject, Module, type OnApplicationBootstrap } from '@nestjs/common';
import { durables } from '#libs/contracts';
import { Bus, DeadLetterBox, FactConsumers } from '#libs/bus';
import { Database, Inbox, PostgresModule } from '#libs/postgres';
import { ListDeadLetters } from './application/list-dead-letters.js';
import { DeadLetters, Entries, JsonTools, Ledger, Replays } from './application/ports.js';
import { RecordEntry } from './application/record-entry.js';
import { ReplayDeadLetter } from './application/replay-dead-letter.js';
import { postgresSettings } from './config.js';
import { LibraryJsonTools } from './db/library-json-tools.js';
import { PostgresEntries } from './db/postgres-entries.js';
import { PostgresLedger } from './db/postgres-ledger.js';
import { PostgresReplays } from './db/postgres-replays.js';
import { onAuditRecorded } from './messaging/on-audit-recorded.js';
import { AuditController } from './rpc/audit.controller.js';
import { DeadLettersController } from './rpc/dead-letters.controller.js';

@Module({
  imports: [PostgresModule.register({ service: 'audit', settings: postgresSettings })],
  controllers: [AuditController, DeadLettersController],
  providers: [
    { provide: JsonTools, useClass: LibraryJsonTools },
    { provide: Ledger, inject: [Inbox], useFactory: (inbox: Inbox) => new PostgresLedger(inbox) },
    { provide: Entries, inject: [Database], useFactory: (database: Database) => new PostgresEntries(database) },
    { provide: DeadLetters, inject: [Bus], useFactory: (bus: Bus) => new DeadLetterBox(bus) },
    { provide: Replays, inject: [Database], useFactory: (database: Database) => new PostgresReplays(database) },
    ...[ListDeadLetters, ReplayDeadLetter].map((useCase) => ({
      provide: useCase,
      inject: [DeadLetters, Replays],
      useFactory: (letters: DeadLetters, replays: Replays) => new useCase(letters, replays),
    })),
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
