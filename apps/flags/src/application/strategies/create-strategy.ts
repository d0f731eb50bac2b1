import { StrategyCreatedV1, type StrategyDraft, type StrategyView, type Origin, type Written } from '#libs/contracts';
import { type Clock, type Ids, segmentsIn } from '#libs/kernel';
import { newStrategy } from '../../domain/targeting/strategy.js';
import { checkSegmentsExist } from '../configs/check-rule-references.js';
import type { UnitOfWork } from '../ports/unit-of-work.js';
import { recordChange, strategyKind } from '../record-change.js';
import { strategyView } from '../views.js';

export class CreateStrategy {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly ids: Ids,
    private readonly clock: Clock,
  ) {}

  async execute(draft: StrategyDraft, origin: Origin): Promise<Written<StrategyView>> {
    const after = newStrategy(draft, { id: this.ids.next(), scope: origin.scope, at: this.clock.now() });
    return this.uow.change(
      origin,
      async (tx) => {
        await checkSegmentsExist(tx, segmentsIn(after.body.conditions), 'conditions');
        await tx.strategies.insert(after);
        recordChange(tx, strategyKind, {
          after,
          event: 'StrategyCreated',
          action: 'insert',
          fact: (version) => StrategyCreatedV1.of(origin, { strategy_id: after.id, name: after.name, version }),
        });
        return strategyView(after);
      },
      { refersToPlatform: true },
    );
  }
}
