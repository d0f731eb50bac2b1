import type { IfVersion, Origin, RolledBack, Written } from '#libs/contracts';
import { AppError, checkVersion, type Ids } from '#libs/kernel';
import { readNote } from '../../domain/details.js';
import type { Flag } from '../../domain/flags/flag.js';
import { checkSeq, patchToConfig, patchToFlag, type ConfigVersion } from '../../domain/flags/history.js';
import { configIn, writeConfig } from '../configs/write-config.js';
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

  async execute(command: Command, origin: Origin): Promise<Written<RolledBack>> {
    checkSeq(command.to_version);
    return this.uow.change(origin, (tx) => this.#rollback(tx, command, origin), { refersToPlatform: true });
  }

  async #rollback(tx: Change, command: Command, origin: Origin): Promise<RolledBack> {
    const { key, to_version } = command;
    const flag = await find(tx.flags, 'flag', key);
    const target = await tx.history.find(flag.id, to_version);
    if (target === undefined) throw new AppError('not_found', `The flag ${key} has no version ${to_version}`);
    if (target.environment !== undefined) return this.#rollbackConfig(tx, { command, flag, target }, origin);
    checkVersion(`The flag ${key}`, flag.version, command.if_version);
    const note = readNote(command.note);
    const patch = patchToFlag(target.snapshot);
    const after = await writeFlag(tx, { before: flag, patch, note, ...rollingBackTo(to_version) }, origin);
    return { ...after, changed: after.version !== flag.version };
  }

  async #rollbackConfig(
    tx: Change,
    { command, flag, target }: { command: Command; flag: Flag; target: ConfigVersion },
    origin: Origin,
  ): Promise<RolledBack> {
    const environment = await getEnvironment(tx, target.environment, tx.scope);
    const before = configIn(environment, flag, await tx.configs.ofFlag(flag.id));
    const patch = patchToConfig(target.snapshot, readNote(command.note));
    const { if_version } = command;
    const write = { flag, environment, patch, if_version, ...rollingBackTo(command.to_version) };
    const after = await writeConfig(tx, write, { origin, ids: this.ids });
    return { ...after, changed: after.version !== before.version };
  }
}

function rollingBackTo(to_version: number) {
  const as = { event: 'FlagRolledBack', action: 'rollback', metadata: { to_version } };
  return { as, cause: 'rollback' as const };
}
