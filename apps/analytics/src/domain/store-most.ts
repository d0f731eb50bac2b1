export interface Refused<T> {
  readonly item: T;
  readonly reason: string;
}

/** Keeps all of the items or none; answers with the reason when it is their own fault that it keeps none. */
export type StoreAll<T> = (items: readonly T[]) => Promise<string | undefined>;

/**
 * Stores all that can be stored, and gives back what is refused even alone. What is refused together is tried by halves, so that k
 * bad ones among n cost about 2k·log₂(n/k) attempts. Whatever `store` throws ends it; what was stored by then stays.
 */
export async function storeMost<T>(items: readonly T[], store: StoreAll<T>): Promise<readonly Refused<T>[]> {
  if (items.length === 0) return [];
  const reason = await store(items);
  if (reason === undefined) return [];
  if (items.length === 1) return [{ item: items[0]!, reason }];
  const middle = items.length >> 1;
  return [...(await storeMost(items.slice(0, middle), store)), ...(await storeMost(items.slice(middle), store))];
}
