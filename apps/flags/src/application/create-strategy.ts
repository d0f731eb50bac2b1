import { StrategyCreatedV1, type StrategyDraft, type StrategyView, type Origin, type Written } from '#libs/contracts';
import type { Clock, Ids } from '#libs/kernel';
import { newStrategy } from '../domain/strategy.js';
import { checkSegments } from './check-rule-references.js';
import { segmentsIn } from '../domain/references.js';
import type { UnitOfWork } from './ports.js';
import { recordStrategy } from './record-strategy.js';
import { strategyView } from './views.js';

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
        await checkSegments(tx, segmentsIn(after.body.conditions), 'conditions');
        await tx.strategies.insert(after);
        recordStrategy(tx, origin, { after, event: 'StrategyCreated', action: 'insert', fact: StrategyCreatedV1 });
        return strategyView(after);
      },
      { refersToPlatform: true },
    );
  }
}
