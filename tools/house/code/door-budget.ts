import type { House, Violation } from '../house.js';
import { isTest, partsOf } from '../paths.js';
import { exportsOf, starExportsOf } from '../source/exports.js';
import { doorOf, importsOf } from '../source/modules.js';
import { lineOf } from '../source/source.js';

/** Libs that exist for tests: there a test is a user. */
const FOR_TESTS = new Set(['testing', 'local-servers']);

/** A door lists its names one by one, and each is imported outside the lib. */
export function doorBudget(house: House): readonly Violation[] {
  return libsOf(house).flatMap((lib) => [...starExports(house, lib), ...unusedNames(house, lib)]);
}

/** Libs that have a door. */
export function libsOf(house: House): readonly string[] {
  const parts = partsOf(house.files.keys()).filter((part) => part.startsWith('libs/'));
  return parts.map((part) => part.slice('libs/'.length)).filter((lib) => house.files.has(doorOf(lib)));
}

/** A name of a door that nothing but tests imports outside the lib. */
export interface UnusedName {
  readonly name: string;
  readonly byTests: boolean;
}

export function unusedNamesOf(house: House, lib: string): readonly UnusedName[] {
  const used = namesUsedOutside(house, lib, (path) => isUser(lib, path));
  const inTests = namesUsedOutside(house, lib, () => true);
  const unused = used.has('*') ? [] : [...exportsOf(house, doorOf(lib)).keys()].filter((name) => !used.has(name));
  return unused.map((name) => ({ name, byTests: inTests.has(name) }));
}

function starExports(house: House, lib: string): readonly Violation[] {
  const door = house.source(doorOf(lib));
  if (door === undefined) return [];
  return starExportsOf(door).map((node) => ({
    path: door.path,
    line: lineOf(door, node.getStart(door.tree)),
    message: 'a door lists its names: `export { … } from`, not `export *`',
  }));
}

function unusedNames(house: House, lib: string): readonly Violation[] {
  return unusedNamesOf(house, lib).map(({ name, byTests }) => ({
    path: doorOf(lib),
    message: `${name} is imported by ${byTests ? 'tests alone' : 'nothing'} outside libs/${lib}`,
  }));
}

function namesUsedOutside(house: House, lib: string, isCounted: (path: string) => boolean): ReadonlySet<string> {
  const users = house.sources.filter(({ path }) => !path.startsWith(`libs/${lib}/`) && isCounted(path));
  const imports = users.flatMap(({ path }) => importsOf(house, path));
  return new Set(imports.filter(({ from }) => from === doorOf(lib)).map(({ name }) => name));
}

function isUser(lib: string, path: string): boolean {
  return FOR_TESTS.has(lib) || !isTest(path) || path.startsWith('conformance/');
}
