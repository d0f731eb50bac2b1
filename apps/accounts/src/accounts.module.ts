import { Inject, Module } from '@nestjs/common';
import { durables } from '#libs/contracts';
import { Secret } from '#libs/kernel';
import { Database } from '#libs/postgres';
import { HostedService, postgresOf, RUNTIME, type Runtime } from '#libs/service';
import { composeAccounts } from './composition.js';
import { ACCOUNTS_SETTINGS, type AccountsSettings } from './config.js';
import { accountsEntities } from './db/entities.js';
import { onApiKeyUsed } from './messaging/on-api-key-used.js';
import { accountsHandlers } from './rpc/accounts.handlers.js';

@Module({})
export class AccountsModule extends HostedService {
  constructor(@Inject(RUNTIME) runtime: Runtime, @Inject(ACCOUNTS_SETTINGS) settings: AccountsSettings) {
    const { publisher, redis, logger, clock, ids } = runtime;
    const postgres = postgresOf(runtime.settings, 'accounts');
    const database = new Database({ service: 'accounts', entities: accountsEntities, log: logger, ...postgres });
    const roleSecret = new Secret(postgres.roleSecret);
    const accounts = composeAccounts({ database, publisher, redis, logger, clock, ids, roleSecret, settings });
    super(runtime, {
      database,
      relay: accounts.relay,
      handlers: accountsHandlers(accounts),
      consumers: [{ durable: durables.accountsKeyUsage, handler: onApiKeyUsed(accounts.recordKeyUsage) }],
      jobs: accounts.jobs,
      lifecycles: accounts.lifecycles,
    });
  }
}
