import { FlagArchivedV1, type FlagsArchived, type Origin, type Written } from '#libs/contracts';
import { checkBulk, forEachOf } from '../domain/bulk.js';
import { archiveFlag } from '../domain/flag.js';
import { auditFlags, type AuditedFlag } from './audit-flags.js';
import { findFlag } from './find-flag.js';
import type { Change, UnitOfWork } from './ports.js';
import { recordFlagState } from './record-flag-state.js';
import { refuseRequired } from './refuse-required.js';
import { flagView } from './views.js';

export class ArchiveFlags {
  constructor(private readonly uow: UnitOfWork) {}

  /** All or nothing, in one version of the ruleset. Those that are archived already stay as they are. */
  async execute({ keys }: { keys: readonly string[] }, origin: Origin): Promise<Written<FlagsArchived>> {
    checkBulk(keys, 'keys');
    return this.uow.change(origin, async (tx) => {
      const flags = await forEachOf('keys', keys, (key) => archive(tx, key));
      const archived = flags.filter((flag) => flag.after !== flag.before);
      // Only when all are away: flags that require each other go together.
      await forEachOf('keys', keys, async (key) => refuseRequired(key, await tx.flags.dependents(key)));
      for (const { after } of archived) {
        const { key: flag_key } = after;
        await recordFlagState(tx, after, (version) => FlagArchivedV1.of(origin, { flag_key, version }));
      }
      auditFlags(tx, { event: 'FlagArchived', action: 'archive' }, archived);
      return { data: flags.map(({ after }) => flagView(after)) };
    });
  }
}

async function archive(tx: Change, key: string): Promise<Required<AuditedFlag>> {
  const before = await findFlag(tx.flags, key);
  const after = archiveFlag(before, tx.now);
  if (after !== before) await tx.flags.save(after);
  return { before, after };
}
