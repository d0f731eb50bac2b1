import type { FlagConfigPatch, FlagConfigView, IfVersion, Origin, Written } from '#libs/contracts';
import type { Ids } from '#libs/kernel';
import type { EnvironmentDirectory } from './environment-directory.js';
import { findFlag } from './find-flag.js';
import type { Change, UnitOfWork } from './ports.js';
import { writeConfig } from './write-config.js';

type Command = { key: string; environment: string; patch: FlagConfigPatch } & IfVersion;

export class UpdateConfig {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly environments: EnvironmentDirectory,
    private readonly ids: Ids,
  ) {}

  async execute({ key, patch, if_version, ...command }: Command, origin: Origin): Promise<Written<FlagConfigView>> {
    const refersToPlatform = patch.rules !== undefined;
    return this.environments.attempt(command.environment, origin, (unheard) => {
      const work = async (tx: Change): Promise<FlagConfigView> => {
        if (unheard !== undefined) await this.environments.adopt(tx, [unheard]);
        const [environment, flag] = await Promise.all([
          this.environments.find(tx, command.environment, origin),
          findFlag(tx.flags, key),
        ]);
        return writeConfig(tx, { flag, environment, patch, if_version }, { origin, ids: this.ids });
      };
      return this.uow.change(origin, work, { refersToPlatform });
    });
  }
}
