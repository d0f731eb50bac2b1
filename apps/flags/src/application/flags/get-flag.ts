import type { FlagView, Origin } from '#libs/contracts';
import { find } from '../find.js';
import type { UnitOfWork } from '../ports/unit-of-work.js';
import { flagView } from '../views.js';

export class GetFlag {
  constructor(private readonly uow: UnitOfWork) {}

  execute({ key }: { key: string }, origin: Origin): Promise<FlagView> {
    return this.uow.read(origin.scope, async ({ flags }) => flagView(await find(flags, 'flag', key)));
  }
}
