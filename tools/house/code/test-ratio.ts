import type { House, Violation } from '../house.js';
import { isTest, partOf, partsOf } from '../paths.js';

/** Lines of tests for each line of source, by part. */
export type Ratios = Readonly<Record<string, number>>;

export const RATIOS_FILE = 'tools/house/test-ratio.json';

/** How far a ratio may fall below the committed one, so that a small change of sources needs no new number. */
const TOLERANCE = 0.02;

/** Test lines ÷ source lines of no app and no lib falls below its committed number. */
export function testRatio(house: House): readonly Violation[] {
  const committed = committedRatios(house);
  return Object.entries(ratiosOf(house)).flatMap(([part, ratio]) => {
    const least = committed[part];
    if (least === undefined) return [{ path: part, message: `is not in ${RATIOS_FILE}: \`npm run gen\` adds it` }];
    return ratio >= least - TOLERANCE ? [] : [{ path: part, message: `test ÷ source fell from ${least} to ${ratio}` }];
  });
}

export function ratiosOf(house: House): Ratios {
  return Object.fromEntries(
    partsOf(sourcePaths(house)).map((part) => [part, ratioOf(house, (path) => partOf(path) === part)]),
  );
}

/** Over all apps and libs; tests of the whole platform (e2e, conformance) are in none of them. */
export function overallRatio(house: House): number {
  return ratioOf(house, (path) => partOf(path) !== undefined);
}

/** The committed numbers, raised where the house is better; parts that are gone leave, new ones join. */
export function raisedRatios(house: House): Ratios {
  const committed = committedRatios(house);
  const raised = Object.entries(ratiosOf(house)).map(([part, ratio]) => [part, Math.max(ratio, committed[part] ?? 0)]);
  return Object.fromEntries(raised) as Ratios;
}

function committedRatios(house: House): Ratios {
  return JSON.parse(house.files.get(RATIOS_FILE) ?? '{}') as Ratios;
}

function sourcePaths(house: House): readonly string[] {
  return [...house.files.keys()].filter((path) => /\.(ts|mjs)$/.test(path));
}

function ratioOf(house: House, isCounted: (path: string) => boolean): number {
  const lines = { test: 0, source: 0 };
  for (const path of sourcePaths(house).filter(isCounted)) {
    lines[isTest(path) ? 'test' : 'source'] += (house.files.get(path) ?? '').split('\n').length - 1;
  }
  return lines.source === 0 ? 0 : Math.round((lines.test / lines.source) * 100) / 100;
}
