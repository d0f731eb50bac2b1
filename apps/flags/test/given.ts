import { systemOrigin, type Fact, type Origin, type RulesetDocument } from '#libs/contracts';
import { AppError } from '#libs/kernel';
import { uuidv7 } from 'uuidv7';
import type { Accounts } from '../src/application/ports/accounts.js';
import type { Environment } from '../src/domain/environment.js';

/** Answers with `environments`, and counts the requests. */
export class FakeAccounts implements Accounts {
  readonly environments: Environment[] = [];
  asked = 0;
  /** Every request fails with this error until it is unset. */
  failWith: Error | undefined;

  async getEnvironment(environment: string, origin: Origin): Promise<Environment> {
    this.#count();
    const found = this.#of(origin).find(({ id, name }) => id === environment || name === environment);
    if (found === undefined) throw new AppError('not_found', 'There is no such environment');
    return found;
  }

  async listEnvironments(origin: Origin): Promise<readonly Environment[]> {
    this.#count();
    return this.#of(origin);
  }

  #count(): void {
    this.asked += 1;
    if (this.failWith !== undefined) throw this.failWith;
  }

  #of({ scope }: Origin): readonly Environment[] {
    return this.environments.filter((environment) => environment.scope === scope);
  }
}

export function anEnvironment(scope: string, given: Partial<Environment> = {}): Environment {
  return { id: uuidv7(), scope, name: 'dev', protected: false, position: 0, version: 1, isDeleted: false, ...given };
}

/** A user, by default of a new organization. */
export function anAdmin(scope: string = uuidv7()): Origin {
  return { scope, actor: { type: 'user', id: uuidv7(), name: 'Ada' }, request_id: uuidv7() };
}

export function anEnvironmentFact(action: string, environment: Environment): Fact {
  const { id, name, position, version } = environment;
  return {
    id: uuidv7(),
    type: `environment.${action}`,
    version: 1,
    timestamp: new Date().toISOString(),
    org_id: environment.scope,
    actor: systemOrigin(environment.scope, 'r').actor,
    data: { environment_id: id, name, color: null, protected: environment.protected, position, version },
    metadata: { correlation_id: uuidv7(), source: 'accounts' },
  };
}

export interface Delta {
  readonly epoch: string;
  readonly version: number;
  readonly changes: readonly { ref: string; document: RulesetDocument | null }[];
}

/** Expects that the promise rejects with an AppError of this code, and returns the error. */
export async function refused(promise: Promise<unknown>, code: string): Promise<AppError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toMatchObject({ code });
  return error as AppError;
}

export function deltaOf(facts: readonly Fact<Record<string, unknown>>[]): Delta {
  return facts.find(({ type }) => type === 'ruleset.changed')!.data as unknown as Delta;
}
