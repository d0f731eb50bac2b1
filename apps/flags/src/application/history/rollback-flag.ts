import type { FlagConfigView, FlagView, IfVersion, Origin, Written } from '#libs/contracts';
import { AppError, checkVersion, type Ids } from '#libs/kernel';
import { readNote } from '../../domain/details.js';
import { checkSeq, patchToConfig, patchToFlag } from '../../domain/flags/history.js';
import { writeConfig } from '../configs/write-config.js';
import { getEnvironment } from '../environments/environment-directory.js';
import { find } from '../find.js';
import { writeFlag } from '../flags/steps/write-flag.js';
import type { Change, UnitOfWork } from '../ports/unit-of-work.js';

type Command = { key: string; to_version: number; note?: string } & IfVersion;

/** Restores an earlier state of one part of a flag. The result is a new version, with the checks of any other write. */
export class RollbackFlag {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly ids: Ids,
  ) {}

  async execute(command: Command, origin: Origin): Promise<Written<FlagView | FlagConfigView>> {
    checkSeq(command.to_version);
    return this.uow.change(origin, (tx) => this.#rollback(tx, command, origin), { refersToPlatform: true });
  }

  async #rollback(tx: Change, command: Command, origin: Origin): Promise<FlagView | FlagConfigView> {
    const { key, to_version, if_version } = command;
    const note = readNote(command.note);
    const flag = await find(tx.flags, 'flag', key);
    const version = await tx.history.find(flag.id, to_version);
    if (version === undefined) throw new AppError('not_found', `The flag ${key} has no version ${to_version}`);
    const as = { event: 'FlagRolledBack', action: 'rollback', metadata: { to_version } };
    if (version.environment === undefined) {
      checkVersion(`The flag ${key}`, flag.version, if_version);
      return writeFlag(tx, { before: flag, patch: patchToFlag(version.snapshot), note, as }, origin);
    }
    const environment = await getEnvironment(tx, version.environment, tx.scope);
    const patch = patchToConfig(version.snapshot, note);
    return writeConfig(tx, { flag, environment, patch, if_version, as }, { origin, ids: this.ids });
  }
}
