/** Whether two lists without repetitions have the same members, in any order. */
export function sameSet(some: readonly string[], others: readonly string[]): boolean {
  if (some.length !== others.length) return false;
  const members = new Set(some);
  return others.every((other) => members.has(other));
}
