import type { FlagDraft, FlagItem } from '#libs/contracts';
import { AppError } from '#libs/kernel';
import { forEachOf } from '../domain/bulk.js';
import type { Flag } from '../domain/flag.js';
import { invalid } from '../domain/keys.js';
import { sameJson } from '../domain/same-json.js';
import { findFlag } from './find-flag.js';
import type { Change } from './ports.js';

const KEY = /^[\x21-\x7e]{1,255}$/;

/** An item apart from its idempotency key. @throws AppError `bad_request` */
export function apart(item: FlagItem): { readonly itemKey?: string; readonly draft: FlagDraft } {
  const { idempotency_key: itemKey, ...draft } = item;
  if (itemKey === undefined || (typeof itemKey === 'string' && KEY.test(itemKey))) return { itemKey, draft };
  throw invalid('bad_request', 'idempotency_key', 'must be 1 to 255 visible ASCII characters');
}

/**
 * The flags, by item key, that earlier commands of the same caller made of these items.
 * @throws AppError `idempotency_mismatch` for an item that was another one under the same key
 */
export async function madeBefore(
  tx: Change,
  items: readonly ReturnType<typeof apart>[],
): Promise<ReadonlyMap<string, Flag>> {
  const made = await tx.itemKeys.made(items.flatMap(({ itemKey }) => itemKey ?? []));
  const drafts = new Map(made.map(({ itemKey, draft }) => [itemKey, draft]));
  const flags = new Map<string, Flag>();
  await forEachOf('items', items, async ({ itemKey, draft }) => {
    const before = itemKey === undefined ? undefined : drafts.get(itemKey);
    if (itemKey === undefined || before === undefined) return;
    if (!sameJson(before, draft)) throw mismatch();
    flags.set(itemKey, await findFlag(tx.flags, draft.key));
  });
  return flags;
}

function mismatch(): AppError {
  return new AppError('idempotency_mismatch', 'This idempotency key was used for another flag: take a new one');
}
