import type { Service } from '#libs/service';
import { flagsSettings } from './config.js';
import { FlagsModule } from './flags.module.js';

export { flagsMigrations } from './db/migrations/index.js';

export const flagsService: Service = { name: 'flags', module: FlagsModule, settings: [flagsSettings], needs: ['nats'] };
