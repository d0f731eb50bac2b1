import { scopeOf, systemOrigin, type Fact } from '#libs/contracts';
import type { Environment } from '../domain/environment.js';
import { learn } from './environment-directory.js';
import type { UnitOfWork } from './ports.js';

/** Environments are part of the ruleset: news about one bump the version, unless they are known already. */
export class LearnEnvironment {
  constructor(private readonly uow: UnitOfWork) {}

  /** Whatever the bus delivers, a fact has its effect once. */
  execute(fact: Fact, environment: Environment): Promise<void> {
    const origin = { ...systemOrigin(scopeOf(fact), fact.metadata.correlation_id), actor: fact.actor };
    return this.uow.changeOnce(fact, origin, (tx) => learn(tx, environment));
  }
}
