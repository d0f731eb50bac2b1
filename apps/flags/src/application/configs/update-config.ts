import type { FlagConfigPatch, FlagConfigView, IfVersion, Origin, Written } from '#libs/contracts';
import type { Ids } from '#libs/kernel';
import type { EnvironmentDirectory } from '../environments/environment-directory.js';
import { find } from '../find.js';
import { writeConfig } from './write-config.js';

type Command = { key: string; environment: string; patch: FlagConfigPatch } & IfVersion;

export class UpdateConfig {
  constructor(
    private readonly environments: EnvironmentDirectory,
    private readonly ids: Ids,
  ) {}

  async execute({ key, patch, if_version, ...command }: Command, origin: Origin): Promise<Written<FlagConfigView>> {
    return this.environments.change(
      { origin, names: [command.environment], read: (tx) => find(tx.flags, 'flag', key) },
      (tx, [environment], flag) =>
        writeConfig(tx, { flag, environment: environment!, patch, if_version }, { origin, ids: this.ids }),
      { refersToPlatform: patch.rules !== undefined },
    );
  }
}
