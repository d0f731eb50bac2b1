import type { FlagView, Origin } from '#libs/contracts';
import { findFlag } from './find-flag.js';
import type { UnitOfWork } from './ports.js';
import { flagView } from './views.js';

export class GetFlag {
  constructor(private readonly uow: UnitOfWork) {}

  execute({ key }: { key: string }, origin: Origin): Promise<FlagView> {
    return this.uow.read(origin.scope, async ({ flags }) => flagView(await findFlag(flags, key)));
  }
}
