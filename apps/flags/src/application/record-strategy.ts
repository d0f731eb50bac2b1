import type { FactDraft, Origin } from '#libs/contracts';
import { strategyDocument } from '../domain/documents.js';
import type { Strategy } from '../domain/strategy.js';
import type { Change } from './ports.js';
import { strategyView } from './views.js';

interface Recorded {
  readonly before?: Strategy;
  readonly after?: Strategy;
  readonly event: string;
  readonly action: string;
  readonly fact: { of(origin: Origin, data: { strategy_id: string; name: string; version: number }): FactDraft };
}

/** Delta, fact and audit entry of a strategy that was written; without `after` it is gone. */
export function recordStrategy(tx: Change, origin: Origin, recorded: Recorded): void {
  const { before, after, event, action, fact } = recorded;
  const { id, name } = (after ?? before)!;
  if (after === undefined) tx.ruleset.remove(`strategy:${id}`);
  else tx.ruleset.put(strategyDocument(after));
  tx.facts.add((version) => fact.of(origin, { strategy_id: id, name, version }));
  tx.audit({
    event,
    action,
    resourceType: 'strategy',
    resourceId: id,
    before: before && strategyView(before),
    after: after && strategyView(after),
  });
}
