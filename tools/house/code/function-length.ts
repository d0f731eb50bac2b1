import type { House, Violation } from '../house.js';
import { isTest } from '../paths.js';
import { functionsOf, type FunctionFacts } from '../source/functions.js';

/** Limits of the length of functions, in lines. */
const LIMITS = { median: 10, p90: 30 };

export interface Lengths {
  readonly count: number;
  readonly median: number;
  readonly p90: number;
  readonly longest: FunctionFacts | undefined;
}

/** Functions are short: median and 90th percentile over all code but tests. */
export function functionLength(house: House): readonly Violation[] {
  const { median, p90, longest } = lengthsOf(house);
  const at = longest === undefined ? { path: '.' } : { path: longest.path, line: longest.line };
  return [
    ...(median > LIMITS.median ? [{ ...at, message: `median of function lengths ${median} > ${LIMITS.median}` }] : []),
    ...(p90 > LIMITS.p90 ? [{ ...at, message: `90th percentile of function lengths ${p90} > ${LIMITS.p90}` }] : []),
  ];
}

export function lengthsOf(house: House): Lengths {
  const counted = house.sources.filter(({ path }) => !isTest(path) && /^(apps|libs|tools|bench)\//.test(path));
  const sorted = counted.flatMap(functionsOf).toSorted((a, b) => a.lines - b.lines);
  const at = (share: number) => sorted[Math.ceil(share * sorted.length) - 1]?.lines ?? 0;
  return { count: sorted.length, median: at(0.5), p90: at(0.9), longest: sorted.at(-1) };
}
