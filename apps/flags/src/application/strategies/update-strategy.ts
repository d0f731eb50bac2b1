import { StrategyUpdatedV1, type IfVersion, type Origin, type StrategyPatch, type StrategyView, type Written } from '#libs/contracts'; // prettier-ignore
import { segmentsIn } from '#libs/kernel';
import { editStrategy } from '../../domain/targeting/strategy.js';
import { checkUsesOfPatterns } from '../configs/check-patterns.js';
import { checkSegmentsExist } from '../configs/check-rule-references.js';
import { findOwnAtVersion } from '../find.js';
import type { UnitOfWork } from '../ports/unit-of-work.js';
import { recordChange, strategyKind } from '../record-change.js';
import { strategyView } from '../views.js';

type Command = { id: string; patch: StrategyPatch } & IfVersion;

export class UpdateStrategy {
  constructor(private readonly uow: UnitOfWork) {}

  execute({ id, patch, if_version }: Command, origin: Origin): Promise<Written<StrategyView>> {
    return this.uow.change(
      origin,
      async (tx) => {
        const before = await findOwnAtVersion(tx.strategies, 'strategy', id, if_version);
        const after = editStrategy(before, patch, tx.now);
        if (after === before) return strategyView(before);
        await checkSegmentsExist(tx, segmentsIn(after.body.conditions), 'conditions');
        const { scope, body } = after;
        await checkUsesOfPatterns(tx, { scope, kind: 'strategy', name: id, conditions: body.conditions });
        await tx.strategies.save(after);
        recordChange(tx, strategyKind, {
          before,
          after,
          event: 'StrategyUpdated',
          action: 'update',
          fact: (version) => StrategyUpdatedV1.of(origin, { strategy_id: id, name: after.name, version }),
        });
        return strategyView(after);
      },
      { refersToPlatform: patch.conditions !== undefined },
    );
  }
}
