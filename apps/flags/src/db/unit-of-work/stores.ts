import type { Transaction } from '#libs/postgres';
import type { Stores } from '../../application/ports/stores.js';
import { PostgresConfigs } from '../config.store.js';
import { PostgresEnvironments } from '../environment.store.js';
import { PostgresFlags } from '../flag.store.js';
import { PostgresKillSwitches } from '../kill-switch.store.js';
import { PostgresSegments } from '../segment.store.js';
import { PostgresTargeting } from '../targeting.store.js';
import { PostgresStrategies } from '../strategy.store.js';

/** The stores of one scope within one transaction. */
export function storesOf({ manager, scope }: Pick<Transaction, 'manager' | 'scope'>): Stores {
  return {
    flags: new PostgresFlags(manager, scope),
    configs: new PostgresConfigs(manager, scope),
    environments: new PostgresEnvironments(manager, scope),
    killSwitches: new PostgresKillSwitches(manager, scope),
    strategies: new PostgresStrategies(manager, scope),
    segments: new PostgresSegments(manager, scope),
    targeting: new PostgresTargeting(manager, scope),
  };
}
