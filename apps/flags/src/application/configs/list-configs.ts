import { PLATFORM, type FlagConfigView, type Origin } from '#libs/contracts';
import { absentConfig } from '../../domain/flags/flag-config.js';
import { ANY_ENVIRONMENT } from '../../domain/keys.js';
import type { EnvironmentDirectory } from '../environments/environment-directory.js';
import { find } from '../find.js';
import type { Stores } from '../ports/stores.js';
import type { UnitOfWork } from '../ports/unit-of-work.js';
import { configView } from '../views.js';

type Named = { readonly id: string; readonly name: string };

export class ListConfigs {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly environments: EnvironmentDirectory,
  ) {}

  async execute({ key }: { key: string }, origin: Origin): Promise<{ data: readonly FlagConfigView[] }> {
    const unknown = await this.environments.listUnknown(origin);
    return this.uow.read(origin.scope, async (stores) => {
      const flag = await find(stores.flags, 'flag', key);
      const configs = new Map((await stores.configs.ofFlag(flag.id)).map((config) => [config.environment, config]));
      const environments = await namesOf(stores, origin, [...configs.keys()]);
      const data = [...environments, ...unknown].map(({ id, name }) =>
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
