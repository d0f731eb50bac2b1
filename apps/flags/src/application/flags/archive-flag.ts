import { FlagArchivedV1, type FlagView, type IfVersion, type Origin, type Written } from '#libs/contracts';
import { archiveFlag } from '../../domain/flags/flag.js';
import { findAtVersion } from '../find.js';
import type { UnitOfWork } from '../ports/unit-of-work.js';
import { flagView } from '../views.js';
import { auditFlags } from './steps/audit-flags.js';
import { recordFlag } from './steps/record-flag.js';
import { refuseRequired } from './steps/refuse-required.js';

export class ArchiveFlag {
  constructor(private readonly uow: UnitOfWork) {}

  execute({ key, if_version }: { key: string } & IfVersion, origin: Origin): Promise<Written<FlagView>> {
    return this.uow.change(origin, async (tx) => {
      const before = await findAtVersion(tx.flags, 'flag', key, if_version);
      const after = archiveFlag(before, tx.now);
      if (after === before) return flagView(before);
      refuseRequired(key, await tx.flags.dependents(key));
      await tx.flags.save(after);
      await recordFlag(tx, {
        flag: after,
        fact: (version) => FlagArchivedV1.of(origin, { flag_key: key, version }),
      });
      auditFlags(tx, { event: 'FlagArchived', action: 'archive' }, [{ before, after }]);
      return flagView(after);
    });
  }
}
