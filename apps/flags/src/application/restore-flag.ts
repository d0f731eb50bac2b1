import { FlagRestoredV1, type FlagView, type IfVersion, type Origin, type Written } from '#libs/contracts';
import { restoreFlag } from '../domain/flag.js';
import { checkVersion } from '../domain/versions.js';
import { checkPrerequisites } from './check-prerequisites.js';
import { auditFlags } from './audit-flags.js';
import { findFlag } from './find-flag.js';
import type { UnitOfWork } from './ports.js';
import { recordFlagState } from './record-flag-state.js';
import { flagView } from './views.js';

export class RestoreFlag {
  constructor(private readonly uow: UnitOfWork) {}

  execute({ key, if_version }: { key: string } & IfVersion, origin: Origin): Promise<Written<FlagView>> {
    return this.uow.change(
      origin,
      async (tx) => {
        const before = await findFlag(tx.flags, key);
        checkVersion(`The flag ${key}`, before.version, if_version);
        const after = restoreFlag(before, tx.now);
        if (after === before) return flagView(before);
        // What it requires may have been archived, or changed its variants, since nothing protected it.
        await checkPrerequisites(tx.flags, after);
        await tx.flags.save(after);
        await recordFlagState(tx, after, (version) => FlagRestoredV1.of(origin, { flag_key: key, version }));
        auditFlags(tx, { event: 'FlagRestored', action: 'restore' }, [{ before, after }]);
        return flagView(after);
      },
      { refersToPlatform: true },
    );
  }
}
