import { Inject, Module } from '@nestjs/common';
import { durables } from '#libs/contracts';
import { Database } from '#libs/postgres';
import { HostedService, postgresOf, RUNTIME, type Runtime } from '#libs/service';
import { composeFlags } from './composition.js';
import { flagsSettings, type FlagsSettings } from './config.js';
import { flagsJobs } from './jobs/flags-jobs.js';
import { onEnvironmentChanged } from './messaging/on-environment-changed.js';
import { RpcAccounts } from './messaging/rpc-accounts.js';
import { LoggedEpochAlarm } from './metrics/epoch-alarm.js';
import { configHandlers } from './rpc/configs.handlers.js';
import { flagHandlers } from './rpc/flags.handlers.js';
import { historyHandlers } from './rpc/history.handlers.js';
import { killSwitchHandlers } from './rpc/kill-switches.handlers.js';
import { rulesetHandlers } from './rpc/rulesets.handlers.js';
import { segmentHandlers } from './rpc/segments.handlers.js';
import { strategyHandlers } from './rpc/strategies.handlers.js';

const handlersOf = [
  flagHandlers,
  historyHandlers,
  configHandlers,
  killSwitchHandlers,
  segmentHandlers,
  strategyHandlers,
  rulesetHandlers,
];

@Module({})
export class FlagsModule extends HostedService {
  constructor(@Inject(RUNTIME) runtime: Runtime, @Inject(flagsSettings.token) own: FlagsSettings) {
    const { clock, ids, redis, publisher, logger, metrics, rpc, settings } = runtime;
    const database = new Database({ service: 'flags', log: logger, ...postgresOf(settings, 'flags') });
    const flags = composeFlags({
      database,
      redis,
      publisher,
      accounts: new RpcAccounts(rpc),
      alarm: new LoggedEpochAlarm(logger, metrics),
      clock,
      ids,
      logger,
      ...own,
    });
    super(runtime, {
      database,
      relay: flags.relay,
      handlers: handlersOf.flatMap((handlers) => handlers(flags)),
      consumers: [{ durable: durables.flagsEnvironments, handler: onEnvironmentChanged(flags.learnEnvironment) }],
      jobs: flagsJobs(flags),
    });
  }
}
