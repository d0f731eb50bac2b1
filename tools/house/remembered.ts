import type { House } from './house.js';

/** Computes a fact about a file once for each house. */
export function remembered<Fact>(compute: (house: House, path: string) => Fact): (house: House, path: string) => Fact {
  const byHouse = new WeakMap<House, Map<string, Fact>>();
  return (house, path) => {
    const facts = byHouse.get(house) ?? new Map<string, Fact>();
    byHouse.set(house, facts);
    const known = facts.get(path);
    if (known !== undefined) return known;
    const fact = compute(house, path);
    facts.set(path, fact);
    return fact;
  };
}
