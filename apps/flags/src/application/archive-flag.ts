import { FlagArchivedV1, type FlagView, type IfVersion, type Origin, type Written } from '#libs/contracts';
import { archiveFlag } from '../domain/flag.js';
import { checkVersion } from '../domain/versions.js';
import { auditFlags } from './audit-flags.js';
import { findFlag } from './find-flag.js';
import type { UnitOfWork } from './ports.js';
import { recordFlagState } from './record-flag-state.js';
import { refuseRequired } from './refuse-required.js';
import { flagView } from './views.js';

export class ArchiveFlag {
  constructor(private readonly uow: UnitOfWork) {}

  execute({ key, if_version }: { key: string } & IfVersion, origin: Origin): Promise<Written<FlagView>> {
    return this.uow.change(origin, async (tx) => {
      const before = await findFlag(tx.flags, key);
      checkVersion(`The flag ${key}`, before.version, if_version);
      const after = archiveFlag(before, tx.now);
      if (after === before) return flagView(before);
      refuseRequired(key, await tx.flags.dependents(key));
      await tx.flags.save(after);
      await recordFlagState(tx, after, (version) => FlagArchivedV1.of(origin, { flag_key: key, version }));
      auditFlags(tx, { event: 'FlagArchived', action: 'archive' }, [{ before, after }]);
      return flagView(after);
    });
  }
}
