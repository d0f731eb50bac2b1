import type { FlagItem, FlagsCreated, Origin, Written } from '#libs/contracts';
import type { Clock, Ids } from '#libs/kernel';
import { checkBulk, forEachOf } from '../../domain/flags/bulk.js';
import { newFlag, type Flag } from '../../domain/flags/flag.js';
import { storeEnvironments, type EnvironmentDirectory } from '../environments/environment-directory.js';
import type { Change, UnitOfWork } from '../ports/unit-of-work.js';
import { assertRoom, DEFAULT_QUOTAS, type ObjectQuotas } from '../quota.js';
import { flagView } from '../views.js';
import { auditFlags } from './steps/audit-flags.js';
import { checkPrerequisites } from './steps/check-prerequisites.js';
import { insertFlag, refuseTakenKey } from './steps/insert-flag.js';
import { findReplayed, refuseRepeatedKeys, splitItemKey, type KeyedDraft } from './steps/item-keys.js';

interface Item extends KeyedDraft {
  readonly flag: Flag;
}

export class CreateFlags {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly environments: EnvironmentDirectory,
    private readonly ids: Ids,
    private readonly clock: Clock,
    private readonly quotas: ObjectQuotas = DEFAULT_QUOTAS,
  ) {}

  /**
   * All or nothing, in one version of the ruleset. Items may require each other, in any order. An item that was carried out
   * before under its idempotency key is answered with the flag that it made.
   */
  async execute(command: { items: readonly FlagItem[] }, origin: Origin): Promise<Written<FlagsCreated>> {
    checkBulk(command.items, 'items');
    const items = await this.#read(command.items, origin);
    refuseRepeatedKeys(items);
    const unknown = items.length === 0 ? [] : await this.environments.listUnknown(origin);
    return this.uow.change(
      origin,
      async (tx) => {
        const replayed = await findReplayed(tx, items);
        const isNew = ({ itemKey }: Item): boolean => itemKey === undefined || !replayed.has(itemKey);
        if (items.some(isNew)) {
          await storeEnvironments(tx, unknown);
          await insertNew(tx, items, isNew, origin);
          await assertRoom(tx, 'flags', { quotas: this.quotas, added: 0 });
        }
        return { data: items.map(({ itemKey, flag }) => flagView(replayed.get(itemKey ?? '') ?? flag)) };
      },
      { refersToPlatform: items.some(({ flag }) => flag.prerequisites.length > 0) },
    );
  }

  #read(items: readonly FlagItem[], { scope }: Origin): Promise<readonly Item[]> {
    const birth = { scope, at: this.clock.now() };
    return forEachOf('items', items, (item) => {
      const { itemKey, draft } = splitItemKey(item);
      return { itemKey, draft, flag: newFlag(draft, { ...birth, id: this.ids.next() }) };
    });
  }
}

/** Prerequisites are checked after all are inserted, so that items may require each other. */
async function insertNew(
  tx: Change,
  items: readonly Item[],
  isNew: (item: Item) => boolean,
  origin: Origin,
): Promise<void> {
  await forEachOf('items', items, async (item) => {
    if (!isNew(item)) return;
    await refuseTakenKey(tx, item.flag.key);
    await insertFlag(tx, item.flag, origin);
    if (item.itemKey !== undefined) await tx.itemKeys.remember(item.itemKey, item.draft, item.flag);
  });
  await forEachOf('items', items, async (item) => {
    if (isNew(item)) await checkPrerequisites(tx.flags, item.flag);
  });
  const audited = items.filter(isNew).map(({ flag: after }) => ({ after }));
  auditFlags(tx, { event: 'FlagCreated', action: 'insert' }, audited);
}
