import { FlagArchivedV1, type FlagsArchived, type Origin, type Written } from '#libs/contracts';
import { checkBulk, forEachOf } from '../../domain/flags/bulk.js';
import { archiveFlag } from '../../domain/flags/flag.js';
import { find } from '../find.js';
import type { Change, UnitOfWork } from '../ports/unit-of-work.js';
import { flagView } from '../views.js';
import { auditFlags, type AuditedFlag } from './steps/audit-flags.js';
import { recordFlag } from './steps/record-flag.js';
import { refuseRequired } from './steps/refuse-required.js';

export class ArchiveFlags {
  constructor(private readonly uow: UnitOfWork) {}

  /** All or nothing, in one version of the ruleset. Flags that are archived already stay as they are. */
  async execute({ keys }: { keys: readonly string[] }, origin: Origin): Promise<Written<FlagsArchived>> {
    checkBulk(keys, 'keys');
    return this.uow.change(origin, async (tx) => {
      const flags = await forEachOf('keys', keys, (key) => archive(tx, key));
      const archived = flags.filter((flag) => flag.after !== flag.before);
      // Checked after all are archived: flags that require each other may be archived together.
      await forEachOf('keys', keys, async (key) => refuseRequired(key, await tx.flags.dependents(key)));
      for (const { after: flag } of archived) {
        const fact = (version: number) => FlagArchivedV1.of(origin, { flag_key: flag.key, version });
        await recordFlag(tx, { flag, fact });
      }
      auditFlags(tx, { event: 'FlagArchived', action: 'archive' }, archived);
      return { data: flags.map(({ after }) => flagView(after)) };
    });
  }
}

async function archive(tx: Change, key: string): Promise<Required<AuditedFlag>> {
  const before = await find(tx.flags, 'flag', key);
  const after = archiveFlag(before, tx.now);
  if (after !== before) await tx.flags.save(after);
  return { before, after };
}
