import { environmentOf, PLATFORM, type Origin, type Scope, type Written } from '#libs/contracts';
import { AppError } from '#libs/kernel';
import { environmentDocument } from '../../domain/documents.js';
import { isNews, type Environment } from '../../domain/environment.js';
import { checkPlatformEnvironment } from '../../domain/keys.js';
import type { Accounts } from '../ports/accounts.js';
import type { Stores } from '../ports/stores.js';
import type { Change, ChangeOptions, UnitOfWork } from '../ports/unit-of-work.js';

/** An environment of a config. `id`: the id of the environment; for platform flags its name. */
export type ConfiguredEnvironment = Pick<Environment, 'id' | 'name' | 'protected'>;

/** Work on a change, given the environments that were asked for, in that order, and what was read beside them. */
type Work<R, T> = (tx: Change, environments: readonly ConfiguredEnvironment[], read: R) => Promise<T>;

interface Need<R> {
  readonly origin: Origin;
  readonly names: readonly string[];
  /** Starts before the environments are read, so that both travel in one round trip. */
  readonly read: (tx: Change) => Promise<R>;
}
type Attempt<T> = { readonly unknown: readonly string[] } | { readonly result: T };

/**
 * The environments of an organization. The service accounts owns them and publishes them as facts. Before the fact of an
 * environment has arrived, accounts is asked by RPC: before or between transactions, never inside one.
 */
export class EnvironmentDirectory {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly accounts: Accounts,
  ) {}

  /**
   * A change that needs these environments, given by name or id. The first attempt uses the environments that flags knows, so
   * that the usual case costs nothing before the transaction. When some are unknown it changes nothing and returns their names;
   * accounts is asked for them, and the second attempt stores its answers and does the work.
   * @throws AppError `not_found` when accounts does not know one of them either
   */
  async change<R, T>(need: Need<R>, work: Work<R, T>, options: ChangeOptions): Promise<Written<T>> {
    const { origin, names, read } = need;
    const first = await this.uow.change<Attempt<T>>(origin, (tx) => attempt(tx, need, work), options);
    if ('result' in first.resource) return { ...first, resource: first.resource.result };
    const news: Environment[] = [];
    for (const name of first.resource.unknown) news.push(await this.ask(name, origin));
    const second = async (tx: Change): Promise<T> => {
      await storeEnvironments(tx, news);
      const environments: ConfiguredEnvironment[] = [];
      for (const name of names) environments.push(await getEnvironment(tx, name, tx.scope));
      return work(tx, environments, await read(tx));
    };
    return this.uow.change(origin, second, options);
  }

  /** Asks accounts for an environment that `findEnvironment` does not know. @throws AppError `not_found` */
  ask(nameOrId: string, origin: Origin): Promise<Environment> {
    return this.accounts.getEnvironment(nameOrId, origin);
  }

  /**
   * The environments that accounts has, when flags has none yet. Empty when flags has any, and when accounts does not answer:
   * the facts bring the environments later.
   */
  async listUnknown(origin: Origin): Promise<readonly Environment[]> {
    if (origin.scope === PLATFORM) return [];
    const known = await this.uow.read(origin.scope, ({ environments }) => environments.list());
    if (known.length > 0) return [];
    return this.accounts.listEnvironments(origin).catch((error: unknown) => {
      if (error instanceof AppError) return [];
      throw error;
    });
  }
}

/** `undefined` when flags does not know it. Platform flags have configs by name, for environments of any organization. */
export async function findEnvironment(
  { environments }: Stores,
  nameOrId: string,
  scope: Scope,
): Promise<ConfiguredEnvironment | undefined> {
  if (scope === PLATFORM) {
    checkPlatformEnvironment(nameOrId);
    return { id: nameOrId, name: nameOrId, protected: false };
  }
  const live = await environments.list();
  const wanted = environmentOf(nameOrId);
  return live.find(({ name }) => name === wanted) ?? live.find(({ id }) => id === wanted);
}

/** The name of the environment of a config. Platform flags have configs by name. `undefined` for a deleted environment. */
export async function environmentNames(tx: Change): Promise<(environment: string) => string | undefined> {
  if (tx.scope === PLATFORM) return (name) => name;
  const names = new Map((await tx.environments.list()).map(({ id, name }) => [id, name]));
  return (id) => names.get(id);
}

/** @throws AppError `not_found` */
export async function getEnvironment(stores: Stores, nameOrId: string, scope: Scope): Promise<ConfiguredEnvironment> {
  const environment = await findEnvironment(stores, nameOrId, scope);
  if (environment === undefined) throw notFound(nameOrId);
  return environment;
}

/** Stores environments as part of this change, except those that are older than the stored ones. */
export async function storeEnvironments(tx: Change, news: readonly Environment[]): Promise<void> {
  for (const environment of news) {
    if (!isNews(await tx.environments.findById(environment.id), environment)) continue;
    await tx.environments.save(environment);
    if (environment.isDeleted) tx.ruleset.remove(`environment:${environment.id}`);
    else tx.ruleset.put(environmentDocument(environment));
  }
}

async function attempt<R, T>(tx: Change, { names, read }: Need<R>, work: Work<R, T>): Promise<Attempt<T>> {
  const reading = read(tx);
  reading.catch(() => undefined); // not awaited when an environment is unknown
  const environments: ConfiguredEnvironment[] = [];
  const unknown = new Set<string>();
  for (const name of names) {
    const environment = await findEnvironment(tx, name, tx.scope);
    if (environment === undefined) unknown.add(name);
    else environments.push(environment);
  }
  return unknown.size > 0 ? { unknown: [...unknown] } : { result: await work(tx, environments, await reading) };
}

function notFound(nameOrId: string): AppError {
  return new AppError('not_found', `There is no environment ${nameOrId}`);
}
