import type { FlagConfigView, FlagView, IfVersion, Origin, Written } from '#libs/contracts';
import { AppError, type Ids } from '#libs/kernel';
import { readNote } from '../domain/details.js';
import { checkSeq, patchToConfig, patchToFlag } from '../domain/history.js';
import { checkVersion } from '../domain/versions.js';
import type { EnvironmentDirectory } from './environment-directory.js';
import { findFlag } from './find-flag.js';
import type { Change, UnitOfWork } from './ports.js';
import { writeConfig } from './write-config.js';
import { writeFlag } from './write-flag.js';

type Command = { key: string; to_version: number; note?: string } & IfVersion;

/** Makes one part of a flag what it was: a new version, checked as if somebody had written it by hand. */
export class RollbackFlag {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly environments: EnvironmentDirectory,
    private readonly ids: Ids,
  ) {}

  async execute(command: Command, origin: Origin): Promise<Written<FlagView | FlagConfigView>> {
    checkSeq(command.to_version);
    return this.uow.change(origin, (tx) => this.#rollback(tx, command, origin), { refersToPlatform: true });
  }

  async #rollback(tx: Change, command: Command, origin: Origin): Promise<FlagView | FlagConfigView> {
    const { key, to_version, if_version } = command;
    const note = readNote(command.note);
    const flag = await findFlag(tx.flags, key);
    const version = await tx.history.find(flag.id, to_version);
    if (version === undefined) throw new AppError('not_found', `The flag ${key} has no version ${to_version}`);
    const as = { event: 'FlagRolledBack', action: 'rollback', metadata: { to_version } };
    if (version.environment === undefined) {
      checkVersion(`The flag ${key}`, flag.version, if_version);
      return writeFlag(tx, { before: flag, patch: patchToFlag(version.snapshot), note, as }, origin);
    }
    const environment = await this.environments.find(tx, version.environment, origin);
    const patch = patchToConfig(version.snapshot, note);
    return writeConfig(tx, { flag, environment, patch, if_version, as }, { origin, ids: this.ids });
  }
}
