import { FlagArchivedV1, type FlagView, type IfVersion, type Origin, type Written } from '#libs/contracts';
import { AppError } from '#libs/kernel';
import { archiveFlag } from '../domain/flag.js';
import { checkVersion } from '../domain/versions.js';
import { findFlag } from './find-flag.js';
import type { Dependent, UnitOfWork } from './ports.js';
import { recordFlagState } from './record-flag-state.js';
import { flagView } from './views.js';

export class ArchiveFlag {
  constructor(private readonly uow: UnitOfWork) {}

  execute({ key, if_version }: { key: string } & IfVersion, origin: Origin): Promise<Written<FlagView>> {
    return this.uow.change(origin, async (tx) => {
      const before = await findFlag(tx.flags, key);
      checkVersion(`The flag ${key}`, before.version, if_version);
      const after = archiveFlag(before, tx.now);
      if (after === before) return flagView(before);
      refuseInUse(key, await tx.flags.dependents(key));
      const fact = (version: number) => FlagArchivedV1.of(origin, { flag_key: key, version });
      await recordFlagState(tx, before, after, { event: 'FlagArchived', action: 'archive', fact });
      return flagView(after);
    });
  }
}

function refuseInUse(key: string, dependents: readonly Dependent[]): void {
  if (dependents.length === 0) return;
  const keys = [...new Set(dependents.map((dependent) => dependent.key))];
  const details = keys.map((flag_key) => ({ message: `${flag_key} requires it`, flag_key }));
  throw new AppError('in_use', `Other flags require ${key}: ${keys.slice(0, 10).join(', ')}`, details);
}
