/**
 * A path from `key` through one of `firsts` back to `key`: `[key, …, key]`. Depth first, each node once, without recursion:
 * chains may be long.
 */
export function findPathBack(
  key: string,
  firsts: readonly string[],
  graph: ReadonlyMap<string, readonly string[]>,
): readonly string[] | undefined {
  const seen = new Set<string>();
  const paths = firsts.map((first) => [key, first]);
  for (let path = paths.pop(); path !== undefined; path = paths.pop()) {
    const last = path.at(-1)!;
    if (last === key) return path;
    if (seen.has(last)) continue;
    seen.add(last);
    for (const following of graph.get(last) ?? []) paths.push([...path, following]);
  }
  return undefined;
}
