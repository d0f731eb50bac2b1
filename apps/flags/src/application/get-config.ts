import type { FlagConfigView, Origin } from '#libs/contracts';
import { absentConfig } from '../domain/flag-config.js';
import type { EnvironmentDirectory } from './environment-directory.js';
import { findFlag } from './find-flag.js';
import type { UnitOfWork } from './ports.js';
import { configView } from './views.js';

export class GetConfig {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly environments: EnvironmentDirectory,
  ) {}

  async execute(question: { key: string; environment: string }, origin: Origin): Promise<FlagConfigView> {
    const { key, environment } = question;
    return this.environments.attempt(environment, origin, (unheard) =>
      this.uow.read(origin.scope, async (stores) => {
        const flag = await findFlag(stores.flags, key);
        const { id, name } = unheard ?? (await this.environments.find(stores, environment, origin));
        const configs = await stores.configs.ofFlag(flag.id);
        return configView(key, name, configs.find((config) => config.environment === id) ?? absentConfig(flag.id, id));
      }),
    );
  }
}
