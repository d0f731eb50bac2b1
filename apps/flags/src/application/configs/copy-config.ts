import type { FlagConfigView, IfVersion, Origin, Written } from '#libs/contracts';
import type { Ids } from '#libs/kernel';
import type { ConfiguredEnvironment, EnvironmentDirectory } from '../environments/environment-directory.js';
import { find } from '../find.js';
import type { Flag } from '../../domain/flags/flag.js';
import type { Change } from '../ports/unit-of-work.js';
import { configIn, writeConfig } from './write-config.js';

type Command = { key: string; environment: string; from: string; note?: string } & IfVersion;

interface Copied {
  readonly environment: ConfiguredEnvironment;
  readonly source: ConfiguredEnvironment;
  readonly flag: Flag;
  readonly origin: Origin;
}

export class CopyConfig {
  constructor(
    private readonly environments: EnvironmentDirectory,
    private readonly ids: Ids,
  ) {}

  /** Copies state, rules with their ids, and targets. A config that was never written counts as off, without rules. */
  async execute(command: Command, origin: Origin): Promise<Written<FlagConfigView>> {
    return this.environments.change(
      { origin, names: [command.environment, command.from], read: (tx) => find(tx.flags, 'flag', command.key) },
      (tx, [environment, source], flag) =>
        this.#copy(tx, command, { environment: environment!, source: source!, flag, origin }),
      { refersToPlatform: true },
    );
  }

  async #copy(
    tx: Change,
    { note, if_version }: Command,
    { environment, source, flag, origin }: Copied,
  ): Promise<FlagConfigView> {
    const { enabled, rules, targets } = configIn(source, flag, await tx.configs.ofFlag(flag.id));
    const as = { event: 'FlagConfigUpdated', action: 'update', metadata: { copied_from: source.name } };
    const write = { flag, environment, patch: { enabled, rules, targets, note }, if_version, as };
    return writeConfig(tx, write, { origin, ids: this.ids });
  }
}
