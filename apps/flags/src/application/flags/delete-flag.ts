import { FlagDeletedV1, type FlagView, type IfVersion, type Origin, type Written } from '#libs/contracts';
import { AppError } from '#libs/kernel';
import type { Flag } from '../../domain/flags/flag.js';
import { findAtVersion } from '../find.js';
import type { UnitOfWork } from '../ports/unit-of-work.js';
import { flagView } from '../views.js';
import { refuseRequired } from './steps/refuse-required.js';

export class DeleteFlag {
  constructor(private readonly uow: UnitOfWork) {}

  /** Deletes for good, with configurations and history, so that the key is free again. Returns the last state. */
  execute({ key, if_version }: { key: string } & IfVersion, origin: Origin): Promise<Written<FlagView>> {
    return this.uow.change(origin, async (tx) => {
      const before = await findAtVersion(tx.flags, 'flag', key, if_version);
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

/** Archiving can be undone: applications that still evaluate the flag are noticed before it is deleted. */
function refuseLive({ key, archivedAt }: Flag): void {
  if (archivedAt !== undefined) return;
  const details = [{ field: 'archived_at', message: 'the flag is live' }];
  throw new AppError('in_use', `The flag ${key} is live; archive it before you delete it`, details);
}
