import type { Origin, StrategyView } from '#libs/contracts';
import { findInReach } from '../find.js';
import type { UnitOfWork } from '../ports/unit-of-work.js';
import { strategyView } from '../views.js';

export class GetStrategy {
  constructor(private readonly uow: UnitOfWork) {}

  execute({ id }: { id: string }, origin: Origin): Promise<StrategyView> {
    return this.uow.read(origin.scope, async ({ strategies }) =>
      strategyView(await findInReach(strategies, 'strategy', id)),
    );
  }
}
