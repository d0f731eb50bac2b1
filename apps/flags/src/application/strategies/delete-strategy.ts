import { StrategyDeletedV1, type IfVersion, type Origin, type StrategyView, type Written } from '#libs/contracts';
import { AppError } from '#libs/kernel';
import { findOwnAtVersion } from '../find.js';
import type { Stores } from '../ports/stores.js';
import type { UnitOfWork } from '../ports/unit-of-work.js';
import { recordChange, strategyKind } from '../record-change.js';
import { strategyView } from '../views.js';

export class DeleteStrategy {
  constructor(private readonly uow: UnitOfWork) {}

  /** Returns the last state. */
  execute({ id, if_version }: { id: string } & IfVersion, origin: Origin): Promise<Written<StrategyView>> {
    return this.uow.change(origin, async (tx) => {
      const before = await findOwnAtVersion(tx.strategies, 'strategy', id, if_version);
      await refuseInUse(tx, id);
      await tx.strategies.remove(before, tx.now);
      recordChange(tx, strategyKind, {
        before,
        event: 'StrategyDeleted',
        action: 'delete',
        fact: (version) => StrategyDeletedV1.of(origin, { strategy_id: id, name: before.name, version }),
      });
      return strategyView(before);
    });
  }
}

async function refuseInUse({ configs }: Stores, id: string): Promise<void> {
  const uses = await configs.usingStrategy(id);
  if (uses.length === 0) return;
  const details = uses.map(({ flagKey, environment }) => ({
    message: 'a rule uses it',
    flag_key: flagKey,
    environment,
  }));
  throw new AppError('strategy_in_use', 'Rules of flags use this strategy; remove it from them first', details);
}
