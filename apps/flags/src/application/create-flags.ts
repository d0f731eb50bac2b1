import type { FlagItem, FlagsCreated, Origin, Written } from '#libs/contracts';
import type { Clock, Ids } from '#libs/kernel';
import { checkBulk, forEachOf } from '../domain/bulk.js';
import { newFlag, type Flag } from '../domain/flag.js';
import { auditFlags } from './audit-flags.js';
import { checkPrerequisites } from './check-prerequisites.js';
import type { EnvironmentDirectory } from './environment-directory.js';
import { insertFlag, refuseTakenKey } from './insert-flag.js';
import { apart, madeBefore } from './made-items.js';
import type { Change, UnitOfWork } from './ports.js';
import { flagView } from './views.js';

export class CreateFlags {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly environments: EnvironmentDirectory,
    private readonly ids: Ids,
    private readonly clock: Clock,
  ) {}

  /**
   * All or nothing, in one version of the ruleset. Items may require each other, in any order; one that was carried out before
   * under its idempotency key is answered with the flag that is there.
   */
  async execute({ items }: { items: readonly FlagItem[] }, origin: Origin): Promise<Written<FlagsCreated>> {
    checkBulk(items, 'items');
    const birth = { scope: origin.scope, at: this.clock.now() };
    const wishes = await forEachOf('items', items, (item) => {
      const { itemKey, draft } = apart(item);
      return { itemKey, draft, flag: newFlag(draft, { ...birth, id: this.ids.next() }) };
    });
    const unheard = items.length === 0 ? [] : await this.environments.unheard(origin);
    return this.uow.change(
      origin,
      async (tx) => {
        const known = await madeBefore(tx, wishes);
        const isKnown = ({ itemKey }: Wish): boolean => itemKey !== undefined && known.has(itemKey);
        if (!wishes.every(isKnown)) {
          await this.environments.adopt(tx, unheard);
          await insertAll(tx, wishes, isKnown, origin);
        }
        return { data: wishes.map(({ itemKey, flag }) => flagView(known.get(itemKey ?? '') ?? flag)) };
      },
      { refersToPlatform: wishes.some(({ flag }) => flag.prerequisites.length > 0) },
    );
  }
}

interface Wish extends ReturnType<typeof apart> {
  readonly flag: Flag;
}

async function insertAll(
  tx: Change,
  wishes: readonly Wish[],
  isKnown: (wish: Wish) => boolean,
  origin: Origin,
): Promise<void> {
  await forEachOf('items', wishes, async (wish) => {
    if (isKnown(wish)) return;
    await refuseTakenKey(tx, wish.flag.key);
    await insertFlag(tx, wish.flag, origin);
    if (wish.itemKey !== undefined) await tx.itemKeys.remember(wish.itemKey, wish.draft, wish.flag);
  });
  await forEachOf('items', wishes, async (wish) => {
    if (!isKnown(wish)) await checkPrerequisites(tx.flags, wish.flag);
  });
  const audited = wishes.filter((wish) => !isKnown(wish)).map(({ flag: after }) => ({ after }));
  auditFlags(tx, { event: 'FlagCreated', action: 'insert' }, audited);
}
