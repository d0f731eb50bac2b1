import { MAX_BULK_ITEMS } from '#libs/contracts';
import { AppError, invalid } from '#libs/kernel';

/** @throws AppError `invalid_type`, `batch_too_large` */
export function checkBulk(items: unknown, field: string): void {
  if (!Array.isArray(items)) throw invalid('invalid_type', field, 'must be a list');
  if (items.length > MAX_BULK_ITEMS) throw invalid('batch_too_large', field, `at most ${MAX_BULK_ITEMS} at a time`);
}

/** Does the work for each item, one after the other. A refusal names the item in its details: `items[3].key`. */
export async function forEachOf<T, R>(
  field: string,
  items: readonly T[],
  work: (item: T, index: number) => R | Promise<R>,
): Promise<readonly R[]> {
  const results: R[] = [];
  for (const [index, item] of items.entries()) {
    try {
      results.push(await work(item, index));
    } catch (error) {
      throw error instanceof AppError ? located(error, `${field}[${index}]`) : error;
    }
  }
  return results;
}

function located({ code, message, details }: AppError, item: string): AppError {
  const ownDetails = details.length === 0 ? [{ message }] : details;
  const placed = ownDetails.map((detail) => ({
    ...detail,
    field: detail.field === undefined ? item : `${item}.${detail.field}`,
  }));
  return new AppError(code, `${item}: ${message}`, placed);
}
