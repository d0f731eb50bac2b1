import type { FlagDraft, FlagsCreated, Origin, Written } from '#libs/contracts';
import type { Clock, Ids } from '#libs/kernel';
import { checkBulk, forEachOf } from '../domain/bulk.js';
import { newFlag, type Flag } from '../domain/flag.js';
import { auditFlags } from './audit-flags.js';
import { checkPrerequisites } from './check-prerequisites.js';
import type { EnvironmentDirectory } from './environment-directory.js';
import { insertFlag, refuseTakenKey } from './insert-flag.js';
import type { Change, UnitOfWork } from './ports.js';
import { flagView } from './views.js';

export class CreateFlags {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly environments: EnvironmentDirectory,
    private readonly ids: Ids,
    private readonly clock: Clock,
  ) {}

  /** All or nothing, in one version of the ruleset. Items may require each other, in any order. */
  async execute({ items }: { items: readonly FlagDraft[] }, origin: Origin): Promise<Written<FlagsCreated>> {
    checkBulk(items, 'items');
    const birth = { scope: origin.scope, at: this.clock.now() };
    const flags = await forEachOf('items', items, (item) => newFlag(item, { ...birth, id: this.ids.next() }));
    const unheard = items.length === 0 ? [] : await this.environments.unheard(origin);
    return this.uow.change(
      origin,
      async (tx) => {
        await this.environments.adopt(tx, unheard);
        await insertAll(tx, flags, origin);
        return { data: flags.map(flagView) };
      },
      { refersToPlatform: flags.some(({ prerequisites }) => prerequisites.length > 0) },
    );
  }
}

async function insertAll(tx: Change, flags: readonly Flag[], origin: Origin): Promise<void> {
  await forEachOf('items', flags, async (flag) => {
    await refuseTakenKey(tx, flag.key);
    await insertFlag(tx, flag, origin);
  });
  await forEachOf('items', flags, (flag) => checkPrerequisites(tx.flags, flag));
  const audited = flags.map((after) => ({ after }));
  auditFlags(tx, { event: 'FlagCreated', action: 'insert' }, audited);
}
