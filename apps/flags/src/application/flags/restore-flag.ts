import { FlagRestoredV1, type FlagView, type IfVersion, type Origin, type Written } from '#libs/contracts';
import { restoreFlag } from '../../domain/flags/flag.js';
import { findAtVersion } from '../find.js';
import type { UnitOfWork } from '../ports/unit-of-work.js';
import { flagView } from '../views.js';
import { auditFlags } from './steps/audit-flags.js';
import { checkPrerequisites } from './steps/check-prerequisites.js';
import { recordFlag } from './steps/record-flag.js';

export class RestoreFlag {
  constructor(private readonly uow: UnitOfWork) {}

  execute({ key, if_version }: { key: string } & IfVersion, origin: Origin): Promise<Written<FlagView>> {
    return this.uow.change(
      origin,
      async (tx) => {
        const before = await findAtVersion(tx.flags, 'flag', key, if_version);
        const after = restoreFlag(before, tx.now);
        if (after === before) return flagView(before);
        // An archived flag protects nothing: its prerequisites may have been archived or changed their variants meanwhile.
        await checkPrerequisites(tx.flags, after);
        await tx.flags.save(after);
        await recordFlag(tx, {
          flag: after,
          fact: (version) => FlagRestoredV1.of(origin, { flag_key: key, version }),
        });
        auditFlags(tx, { event: 'FlagRestored', action: 'restore' }, [{ before, after }]);
        return flagView(after);
      },
      { refersToPlatform: true },
    );
  }
}
