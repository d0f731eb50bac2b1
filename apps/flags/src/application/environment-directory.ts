import { PLATFORM, type Origin } from '#libs/contracts';
import { AppError } from '#libs/kernel';
import { environmentDocument } from '../domain/documents.js';
import { isNews, type Environment } from '../domain/environment.js';
import { checkPlatformEnvironment } from '../domain/keys.js';
import type { Accounts, Change, Stores, UnitOfWork } from './ports.js';

/** An environment as a flag's config knows it: `id` is what the config is keyed by. */
export type ConfiguredEnvironment = Pick<Environment, 'id' | 'name' | 'protected'>;

class UnheardEnvironment extends AppError {
  constructor(readonly nameOrId: string) {
    super('not_found', `There is no environment ${nameOrId}`);
  }
}

/**
 * The environments of an organization. accounts owns them and tells of them by facts; those that the facts have not brought yet
 * are asked for, before the transaction begins and never inside it.
 */
export class EnvironmentDirectory {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly accounts: Accounts,
  ) {}

  /** The environments that flags has not heard of while it knows none at all; a silent accounts service counts as none. */
  async unheard(origin: Origin): Promise<readonly Environment[]> {
    if (origin.scope === PLATFORM) return [];
    const known = await this.uow.read(origin.scope, ({ environments }) => environments.list());
    if (known.length > 0) return [];
    return this.accounts.listEnvironments(origin).catch((error: unknown) => {
      if (error instanceof AppError) return [];
      throw error;
    });
  }

  /**
   * Attempts a work that needs one environment. When flags has not heard of it, the attempt is undone, accounts is asked, and it is
   * made once more with what accounts said: what is known, nearly always, costs nothing before the transaction.
   * @throws AppError `not_found` when accounts has no such environment either
   */
  async attempt<T>(nameOrId: string, origin: Origin, work: (unheard?: Environment) => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof UnheardEnvironment) || error.nameOrId !== nameOrId) throw error;
      return work(await this.accounts.getEnvironment(nameOrId, origin));
    }
  }

  /** Remembers environments as part of this change. */
  async adopt(tx: Change, environments: readonly Environment[]): Promise<void> {
    for (const environment of environments) await learn(tx, environment);
  }

  /** @throws AppError `not_found` */
  async find(stores: Stores, nameOrId: string, origin: Origin): Promise<ConfiguredEnvironment> {
    if (origin.scope === PLATFORM) {
      checkPlatformEnvironment(nameOrId);
      return { id: nameOrId, name: nameOrId, protected: false };
    }
    const environment = await findKnown(stores, nameOrId);
    if (environment === undefined) throw new UnheardEnvironment(nameOrId);
    return environment;
  }
}

/** Takes in what accounts says of an environment, unless it is old. */
export async function learn(tx: Change, news: Environment): Promise<void> {
  if (!isNews(await tx.environments.findById(news.id), news)) return;
  await tx.environments.save(news);
  if (news.isDeleted) tx.ruleset.remove(`environment:${news.id}`);
  else tx.ruleset.put(environmentDocument(news));
}

async function findKnown({ environments }: Stores, nameOrId: string): Promise<Environment | undefined> {
  const live = await environments.list();
  return live.find(({ name }) => name === nameOrId) ?? live.find(({ id }) => id === nameOrId);
}
