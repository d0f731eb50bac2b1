import type { FlagDraft, FlagItem } from '#libs/contracts';
import { AppError, invalid, sameJson } from '#libs/kernel';
import { forEachOf } from '../../../domain/flags/bulk.js';
import type { Flag } from '../../../domain/flags/flag.js';
import { find } from '../../find.js';
import type { Change } from '../../ports/unit-of-work.js';

const KEY = /^[\x21-\x7e]{1,255}$/;

/** An item of a bulk command, without its idempotency key. */
export interface KeyedDraft {
  readonly itemKey?: string;
  readonly draft: FlagDraft;
}

/** @throws AppError `bad_request` for a key that is not 1 to 255 visible ASCII characters */
export function splitItemKey(item: FlagItem): KeyedDraft {
  const { idempotency_key: itemKey, ...draft } = item;
  if (itemKey === undefined || (typeof itemKey === 'string' && KEY.test(itemKey))) return { itemKey, draft };
  throw invalid('bad_request', 'idempotency_key', 'must be 1 to 255 visible ASCII characters');
}

/** @throws AppError `bad_request` for a key that an earlier item has: one key stands for one flag */
export function refuseRepeatedKeys(items: readonly KeyedDraft[]): void {
  const seen = new Set<string>();
  for (const [index, { itemKey }] of items.entries()) {
    if (itemKey === undefined) continue;
    if (seen.has(itemKey)) throw invalid('bad_request', `items[${index}].idempotency_key`, 'another item has this key');
    seen.add(itemKey);
  }
}

/**
 * The flags, by item key, that earlier commands of the same caller made of these items.
 * @throws AppError `idempotency_mismatch` for a key that was used for another draft
 */
export async function findReplayed(tx: Change, items: readonly KeyedDraft[]): Promise<ReadonlyMap<string, Flag>> {
  const replayed = await tx.itemKeys.replayed(items.flatMap(({ itemKey }) => itemKey ?? []));
  const drafts = new Map(replayed.map(({ itemKey, draft }) => [itemKey, draft]));
  const flags = new Map<string, Flag>();
  await forEachOf('items', items, async ({ itemKey, draft }) => {
    const before = itemKey === undefined ? undefined : drafts.get(itemKey);
    if (itemKey === undefined || before === undefined) return;
    if (!sameJson(before, draft)) throw mismatch();
    flags.set(itemKey, await find(tx.flags, 'flag', draft.key));
  });
  return flags;
}

function mismatch(): AppError {
  return new AppError('idempotency_mismatch', 'This idempotency key was used for another flag: use a new one');
}
