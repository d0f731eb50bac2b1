import type { ServiceMigrations } from '#libs/postgres';
import { CreateAudit1763700000000 } from './0001-create-audit.js';
import { DeadLetterReplays1763800000000 } from './0002-dead-letter-replays.js';
import { EntrySummaries1764500000000 } from './0003-entry-summaries.js';
import { OwnRows1764600000000 } from './0004-own-rows.js';

export const auditMigrations: ServiceMigrations = {
  name: 'audit',
  migrations: [
    CreateAudit1763700000000,
    DeadLetterReplays1763800000000,
    EntrySummaries1764500000000,
    OwnRows1764600000000,
  ],
};
