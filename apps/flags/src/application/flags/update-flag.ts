import type { FlagPatch, FlagView, IfVersion, Origin, Written } from '#libs/contracts';
import { findAtVersion } from '../find.js';
import type { UnitOfWork } from '../ports/unit-of-work.js';
import { writeFlag } from './steps/write-flag.js';

type Command = { key: string; patch: FlagPatch } & IfVersion;

export class UpdateFlag {
  constructor(private readonly uow: UnitOfWork) {}

  execute({ key, patch, if_version }: Command, origin: Origin): Promise<Written<FlagView>> {
    return this.uow.change(
      origin,
      async (tx) => {
        const before = await findAtVersion(tx.flags, 'flag', key, if_version);
        return writeFlag(tx, { before, patch }, origin);
      },
      { refersToPlatform: patch.prerequisites !== undefined },
    );
  }
}
