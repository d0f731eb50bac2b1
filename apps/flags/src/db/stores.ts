import type { Transaction } from '#libs/postgres';
import type { Stores } from '../application/ports.js';
import { ConfigStore } from './config-store.js';
import { EnvironmentStore } from './environment-store.js';
import { FlagStore } from './flag-store.js';
import { KillSwitchStore } from './kill-switch-store.js';
import { SegmentStore } from './segment-store.js';
import { StrategyStore } from './strategy-store.js';

/** The stores of one scope within one transaction. */
export function storesOf({ manager, scope }: Pick<Transaction, 'manager' | 'scope'>): Stores {
  return {
    flags: new FlagStore(manager, scope),
    configs: new ConfigStore(manager, scope),
    environments: new EnvironmentStore(manager, scope),
    killSwitches: new KillSwitchStore(manager, scope),
    strategies: new StrategyStore(manager, scope),
    segments: new SegmentStore(manager, scope),
  };
}
