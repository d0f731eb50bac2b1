import type { ServiceMigrations } from '#libs/postgres';
import { CreateFlags1764000000000 } from './0001-create-flags.js';
import { ScheduleSteps1764100000000 } from './0002-schedule-steps.js';
import { FlagItemKeys1764200000000 } from './0003-item-keys.js';
import { EpochBirth1764300000000 } from './0004-epoch-birth.js';
import { FlagMetadata1764400000000 } from './0005-flag-metadata.js';
import { FirstStates1764500000000 } from './0006-first-states.js';
import { EpochRights1764800000000 } from './0008-epoch-rights.js';

export const flagsMigrations: ServiceMigrations = {
  name: 'flags',
  migrations: [
    CreateFlags1764000000000,
    ScheduleSteps1764100000000,
    FlagItemKeys1764200000000,
    EpochBirth1764300000000,
    FlagMetadata1764400000000,
    FirstStates1764500000000,
    EpochRights1764800000000,
  ],
};
