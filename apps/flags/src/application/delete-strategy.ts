import { StrategyDeletedV1, type IfVersion, type Origin, type StrategyView, type Written } from '#libs/contracts';
import { AppError } from '#libs/kernel';
import { checkVersion } from '../domain/versions.js';
import { findStrategy } from './find-strategy.js';
import type { Change, UnitOfWork } from './ports.js';
import { recordStrategy } from './record-strategy.js';
import { strategyView } from './views.js';

export class DeleteStrategy {
  constructor(private readonly uow: UnitOfWork) {}

  /** Answers what it was. */
  execute({ id, if_version }: { id: string } & IfVersion, origin: Origin): Promise<Written<StrategyView>> {
    return this.uow.change(origin, async (tx) => {
      const before = await findStrategy(tx.strategies, id);
      checkVersion(`The strategy ${id}`, before.version, if_version);
      await refuseInUse(tx, id);
      await tx.strategies.remove(before, tx.now);
      recordStrategy(tx, origin, { before, event: 'StrategyDeleted', action: 'delete', fact: StrategyDeletedV1 });
      return strategyView(before);
    });
  }
}

async function refuseInUse({ configs }: Change, id: string): Promise<void> {
  const uses = await configs.usingStrategy(id);
  if (uses.length === 0) return;
  const details = uses.map(({ flagKey, environment }) => ({
    message: 'a rule uses it',
    flag_key: flagKey,
    environment,
  }));
  throw new AppError('strategy_in_use', 'Rules of flags use this strategy; take it out of them first', details);
}
