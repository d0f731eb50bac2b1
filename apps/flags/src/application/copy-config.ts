import type { FlagConfigView, IfVersion, Origin, Written } from '#libs/contracts';
import type { Ids } from '#libs/kernel';
import type { Environment } from '../domain/environment.js';
import type { EnvironmentDirectory } from './environment-directory.js';
import { findFlag } from './find-flag.js';
import type { Change, UnitOfWork } from './ports.js';
import { configIn, writeConfig } from './write-config.js';

type Command = { key: string; environment: string; from: string; note?: string } & IfVersion;

export class CopyConfig {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly environments: EnvironmentDirectory,
    private readonly ids: Ids,
  ) {}

  /** State, rules with their ids, and targets; an environment never written is copied as what it shows: off. */
  async execute(command: Command, origin: Origin): Promise<Written<FlagConfigView>> {
    const { environment, from } = command;
    const copy = (unheard: readonly (Environment | undefined)[]) =>
      this.uow.change(origin, (tx) => this.#copy(tx, command, origin, unheard), { refersToPlatform: true });
    return this.environments.attempt(environment, origin, (target) =>
      this.environments.attempt(from, origin, (source) => copy([target, source])),
    );
  }

  async #copy(
    tx: Change,
    { key, note, if_version, ...command }: Command,
    origin: Origin,
    unheard: readonly (Environment | undefined)[],
  ): Promise<FlagConfigView> {
    await this.environments.adopt(
      tx,
      unheard.filter((environment) => environment !== undefined),
    );
    const environment = await this.environments.find(tx, command.environment, origin);
    const source = await this.environments.find(tx, command.from, origin);
    const flag = await findFlag(tx.flags, key);
    const { enabled, rules, targets } = configIn(source, flag, await tx.configs.ofFlag(flag.id));
    const as = { event: 'FlagConfigUpdated', action: 'update', metadata: { copied_from: source.name } };
    const write = { flag, environment, patch: { enabled, rules, targets, note }, if_version, as };
    return writeConfig(tx, write, { origin, ids: this.ids });
  }
}
