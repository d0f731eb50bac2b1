import type { Service } from '#libs/service';
import { AccountsModule } from './accounts.module.js';
import { accountsSettings } from './config.js';

export { accountsMigrations } from './db/migrations/index.js';

export const accountsService: Service = {
  name: 'accounts',
  module: AccountsModule,
  settings: [accountsSettings],
  needs: ['nats'],
};
