import { FlagDeletedV1, type FlagView, type IfVersion, type Origin, type Written } from '#libs/contracts';
import { AppError } from '#libs/kernel';
import type { Flag } from '../domain/flag.js';
import { checkVersion } from '../domain/versions.js';
import { findFlag } from './find-flag.js';
import type { UnitOfWork } from './ports.js';
import { refuseRequired } from './refuse-required.js';
import { flagView } from './views.js';

export class DeleteFlag {
  constructor(private readonly uow: UnitOfWork) {}

  /** For good, with configurations and history; its key is free again. Answers what it was. */
  execute({ key, if_version }: { key: string } & IfVersion, origin: Origin): Promise<Written<FlagView>> {
    return this.uow.change(origin, async (tx) => {
      const before = await findFlag(tx.flags, key);
      checkVersion(`The flag ${key}`, before.version, if_version);
      refuseLive(before);
      refuseRequired(key, await tx.flags.dependents(key));
      await tx.flags.remove(before);
      tx.ruleset.remove(`flag:${key}`);
      tx.facts.add((version) => FlagDeletedV1.of(origin, { flag_key: key, version }));
      tx.audit({
        event: 'FlagDeleted',
        action: 'delete',
        resourceType: 'flag',
        resourceId: before.id,
        resourceKey: key,
        before: flagView(before),
      });
      return flagView(before);
    });
  }
}

/** Archiving is the step that can be undone: applications that still ask for the flag show up before it is gone. */
function refuseLive({ key, archivedAt }: Flag): void {
  if (archivedAt !== undefined) return;
  const details = [{ field: 'archived_at', message: 'the flag is live' }];
  throw new AppError('in_use', `The flag ${key} is live; archive it before you delete it`, details);
}
