import { StrategyUpdatedV1, type IfVersion, type Origin, type StrategyPatch, type StrategyView, type Written } from '#libs/contracts'; // prettier-ignore
import { editStrategy } from '../domain/strategy.js';
import { checkVersion } from '../domain/versions.js';
import { checkSegments } from './check-rule-references.js';
import { segmentsIn } from '../domain/references.js';
import { findStrategy } from './find-strategy.js';
import type { UnitOfWork } from './ports.js';
import { recordStrategy } from './record-strategy.js';
import { strategyView } from './views.js';

export class UpdateStrategy {
  constructor(private readonly uow: UnitOfWork) {}

  execute(command: { id: string; patch: StrategyPatch } & IfVersion, origin: Origin): Promise<Written<StrategyView>> {
    return this.uow.change(
      origin,
      async (tx) => {
        const before = await findStrategy(tx.strategies, command.id);
        checkVersion(`The strategy ${command.id}`, before.version, command.if_version);
        const after = editStrategy(before, command.patch, tx.now);
        if (after === before) return strategyView(before);
        await checkSegments(tx, segmentsIn(after.body.conditions), 'conditions');
        await tx.strategies.save(after);
        recordStrategy(tx, origin, {
          before,
          after,
          event: 'StrategyUpdated',
          action: 'update',
          fact: StrategyUpdatedV1,
        });
        return strategyView(after);
      },
      { refersToPlatform: command.patch.conditions !== undefined },
    );
  }
}
