export interface Refused<T> {
  readonly item: T;
  readonly reason: string;
}

/** Stores all of the items or none. Returns the reason when it stores none because of their content. */
export type StoreAll<T> = (items: readonly T[]) => Promise<string | undefined>;

/**
 * Stores as many items as possible and returns those that are refused even alone. Items that are refused together are tried by
 * halves, so that k bad ones among n cost about 2k·log₂(n/k) attempts. An error of `store` ends it; items stored before stay.
 */
export async function storeMost<T>(items: readonly T[], store: StoreAll<T>): Promise<readonly Refused<T>[]> {
  if (items.length === 0) return [];
  const reason = await store(items);
  if (reason === undefined) return [];
  if (items.length === 1) return [{ item: items[0]!, reason }];
  const middle = items.length >> 1;
  return [...(await storeMost(items.slice(0, middle), store)), ...(await storeMost(items.slice(middle), store))];
}
