import { PLATFORM, type FlagConfigView, type Origin } from '#libs/contracts';
import { absentConfig } from '../domain/flag-config.js';
import { ANY_ENVIRONMENT } from '../domain/keys.js';
import type { EnvironmentDirectory } from './environment-directory.js';
import { findFlag } from './find-flag.js';
import type { Stores, UnitOfWork } from './ports.js';
import { configView } from './views.js';

type Named = { readonly id: string; readonly name: string };

export class ListConfigs {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly environments: EnvironmentDirectory,
  ) {}

  async execute({ key }: { key: string }, origin: Origin): Promise<{ data: readonly FlagConfigView[] }> {
    const unheard = await this.environments.unheard(origin);
    return this.uow.read(origin.scope, async (stores) => {
      const flag = await findFlag(stores.flags, key);
      const configs = new Map((await stores.configs.ofFlag(flag.id)).map((config) => [config.environment, config]));
      const environments = await namesOf(stores, origin, [...configs.keys()]);
      const data = [...environments, ...unheard].map(({ id, name }) =>
        configView(key, name, configs.get(id) ?? absentConfig(flag.id, id)),
      );
      return { data };
    });
  }
}

/** A platform flag has its configs by name: those that were written, and the fallback. */
async function namesOf(stores: Stores, { scope }: Origin, written: readonly string[]): Promise<readonly Named[]> {
  if (scope !== PLATFORM) return stores.environments.list();
  return [...new Set([ANY_ENVIRONMENT, ...written.toSorted()])].map((name) => ({ id: name, name }));
}
