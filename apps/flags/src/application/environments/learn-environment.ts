import { scopeOf, systemOrigin, type Fact } from '#libs/contracts';
import type { Environment } from '../../domain/environment.js';
import type { UnitOfWork } from '../ports/unit-of-work.js';
import { storeEnvironments } from './environment-directory.js';
import type { RemoveDeadConfigs } from './remove-dead-configs.js';

/**
 * Environments are part of the ruleset: a fact about one raises the version, unless the stored one is as new already. The configs
 * of a deleted one leave the flags.
 */
export class LearnEnvironment {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly removeDeadConfigs: RemoveDeadConfigs,
  ) {}

  /** A fact has its effect once, however often it is delivered; a second delivery continues what the first did not finish. */
  async execute(fact: Fact, environment: Environment): Promise<void> {
    const origin = { ...systemOrigin(scopeOf(fact), fact.metadata.correlation_id), actor: fact.actor };
    await this.uow.changeOnce(fact, origin, (tx) => storeEnvironments(tx, [environment]));
    if (environment.isDeleted) await this.removeDeadConfigs.execute(environment);
  }
}
