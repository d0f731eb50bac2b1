import type { Service } from '#libs/service';
import type { ServiceMigrations } from '#libs/postgres';
import { flagsSettings } from './config.js';
import { CreateFlags1764000000000 } from './db/migrations/create-flags.js';
import { EpochBirth1764300000000 } from './db/migrations/epoch-birth.js';
import { FlagItemKeys1764200000000 } from './db/migrations/item-keys.js';
import { ScheduleSteps1764100000000 } from './db/migrations/schedule-steps.js';
import { FlagsModule } from './flags.module.js';

export const flagsService: Service = { name: 'flags', module: FlagsModule, settings: [flagsSettings], needs: ['nats'] };

export const flagsMigrations: ServiceMigrations = {
  name: 'flags',
  migrations: [
    CreateFlags1764000000000,
    ScheduleSteps1764100000000,
    FlagItemKeys1764200000000,
    EpochBirth1764300000000,
  ],
};
