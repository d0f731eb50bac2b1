import type { House, Violation } from '../house.js';
import { isTest } from '../paths.js';
import { classesOf, type ClassFacts } from '../source/classes.js';

/** A port has two implementations, tests counted, or its comment gives the reason: `One implementation: <reason>`. */
export function ports(house: House): readonly Violation[] {
  const counts = implementations(house);
  return portsOf(house)
    .filter((port) => (counts.get(keyOf(port)) ?? 0) < 2 && !/One implementation: \S/.test(port.comment))
    .map((port) => ({
      path: port.path,
      line: port.line,
      message: `${port.name} has ${counts.get(keyOf(port)) ?? 0} implementations: give it a second, drop the port, or write \`One implementation: <reason>\` in its comment`,
    }));
}

/** Abstract classes of `application/` and of the libs. */
export function portsOf(house: House): readonly ClassFacts[] {
  const sources = house.sources.filter(
    ({ path }) => /^(apps\/[^/]+\/src\/application|libs)\//.test(path) && !isTest(path),
  );
  return sources.flatMap(({ path }) => classesOf(house, path)).filter(({ isAbstract }) => isAbstract);
}

function implementations(house: House): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const parent of house.sources.flatMap(({ path }) => classesOf(house, path)).flatMap(({ parents }) => parents)) {
    counts.set(keyOf(parent), (counts.get(keyOf(parent)) ?? 0) + 1);
  }
  return counts;
}

function keyOf({ path, name }: { readonly path: string; readonly name: string }): string {
  return `${path}#${name}`;
}
