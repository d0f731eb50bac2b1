import type { AuditDraft, FlagView } from '#libs/contracts';
import type { Flag } from '../../../domain/flags/flag.js';
import type { Change } from '../../ports/unit-of-work.js';
import { flagView } from '../../views.js';

export interface AuditedFlag {
  readonly before?: Flag;
  readonly after: Flag;
}

/** The one audit entry of a mutation of flags. For several flags the resource is their scope, and the entry holds each by its key. */
export function auditFlags(
  tx: Change,
  what: Pick<AuditDraft, 'event' | 'action'>,
  flags: readonly AuditedFlag[],
): void {
  const [first, ...others] = flags;
  if (first === undefined) return;
  if (others.length > 0) return auditMany(tx, what, flags);
  const { before, after } = first;
  tx.audit({
    ...what,
    resourceType: 'flag',
    resourceId: after.id,
    resourceKey: after.key,
    before: before && flagView(before),
    after: flagView(after),
  });
}

function auditMany(tx: Change, what: Pick<AuditDraft, 'event' | 'action'>, flags: readonly AuditedFlag[]): void {
  const before = flags.flatMap((flag) => (flag.before === undefined ? [] : [flag.before]));
  tx.audit({
    ...what,
    resourceType: 'flags',
    resourceId: tx.scope,
    before: before.length === 0 ? undefined : byKey(before),
    after: byKey(flags.map(({ after }) => after)),
    metadata: { flag_keys: flags.map(({ after }) => after.key) },
  });
}

function byKey(flags: readonly Flag[]): Readonly<Record<string, FlagView>> {
  return Object.fromEntries(flags.map((flag) => [flag.key, flagView(flag)]));
}
