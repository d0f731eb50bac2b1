import { scopeOf, systemOrigin, type Fact } from '#libs/contracts';
import type { Environment } from '../../domain/environment.js';
import type { UnitOfWork } from '../ports/unit-of-work.js';
import { storeEnvironments } from './environment-directory.js';

/** Environments are part of the ruleset: a fact about one raises the version, unless the stored one is as new already. */
export class LearnEnvironment {
  constructor(private readonly uow: UnitOfWork) {}

  /** A fact has its effect once, however often it is delivered. */
  execute(fact: Fact, environment: Environment): Promise<void> {
    const origin = { ...systemOrigin(scopeOf(fact), fact.metadata.correlation_id), actor: fact.actor };
    return this.uow.changeOnce(fact, origin, (tx) => storeEnvironments(tx, [environment]));
  }
}
