import type { FlagConfigView, Origin } from '#libs/contracts';
import { findEnvironment, type EnvironmentDirectory } from '../environments/environment-directory.js';
import { find } from '../find.js';
import type { UnitOfWork } from '../ports/unit-of-work.js';
import { configView } from '../views.js';
import { configIn } from './write-config.js';

export class GetConfig {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly environments: EnvironmentDirectory,
  ) {}

  async execute(command: { key: string; environment: string }, origin: Origin): Promise<FlagConfigView> {
    const { flag, configs, known } = await this.uow.read(origin.scope, async (stores) => {
      const flag = await find(stores.flags, 'flag', command.key);
      const known = await findEnvironment(stores, command.environment, origin.scope);
      return { flag, known, configs: await stores.configs.ofFlag(flag.id) };
    });
    const environment = known ?? (await this.environments.ask(command.environment, origin));
    return configView(flag.key, environment.name, configIn(environment, flag, configs));
  }
}
