import type { FlagPatch, FlagView, IfVersion, Origin, Written } from '#libs/contracts';
import { checkVersion } from '../domain/versions.js';
import { findFlag } from './find-flag.js';
import type { UnitOfWork } from './ports.js';
import { writeFlag } from './write-flag.js';

type Command = { key: string; patch: FlagPatch } & IfVersion;

export class UpdateFlag {
  constructor(private readonly uow: UnitOfWork) {}

  execute({ key, patch, if_version }: Command, origin: Origin): Promise<Written<FlagView>> {
    return this.uow.change(
      origin,
      async (tx) => {
        const before = await findFlag(tx.flags, key);
        checkVersion(`The flag ${key}`, before.version, if_version);
        return writeFlag(tx, { before, patch }, origin);
      },
      { refersToPlatform: patch.prerequisites !== undefined },
    );
  }
}
