import { EnvironmentCreatedV1, EnvironmentDeletedV1, scopeOf, type Fact, type FactOf } from '#libs/contracts'; // prettier-ignore
import type { FactHandler } from '#libs/bus';
import type { LearnEnvironment } from '../application/environments/learn-environment.js';
import type { Environment } from '../domain/environment.js';

type EnvironmentFact = FactOf<typeof EnvironmentCreatedV1>;

/** environment.created, environment.updated, environment.deleted. */
export const onEnvironmentChanged =
  (learn: LearnEnvironment): FactHandler =>
  (fact: Fact) =>
    learn.execute(fact, toEnvironment(fact as EnvironmentFact));

function toEnvironment(fact: EnvironmentFact): Environment {
  const { environment_id, name, position, version } = fact.data;
  const isDeleted = fact.type === EnvironmentDeletedV1.type;
  return {
    id: environment_id,
    scope: scopeOf(fact),
    name,
    protected: fact.data.protected,
    position,
    version,
    isDeleted,
  };
}
