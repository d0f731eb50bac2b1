import type { House, Violation } from '../house.js';
import { libsOf } from '../code/door-budget.js';
import { isTest, testedBy } from '../paths.js';

/** A lib with at most so many source files needs no folders. */
const SMALL = 8;

/** Files that may lie directly in `src` of a larger lib; `flat` for a lib of one subject that is easier to read without folders. */
const ALLOWED: Readonly<Record<string, readonly string[] | 'flat'>> = {
  kernel: ['app-error.ts', 'refusals.ts', 'error-codes.ts', 'clock.ts', 'ids.ts', 'secret.ts'],
  contracts: ['scope.ts', 'page.ts', 'identifiers.ts', 'origin.ts', 'audit.ts'],
  engine: ['ruleset.ts', 'openfeature.ts'],
  observability: 'flat',
  crypto: 'flat',
  redis: 'flat',
  facts: 'flat',
  http: ['health.ts'],
  service: ['bootstrap.ts', 'start.ts', 'runtime.ts', 'rpc-handler.ts'],
  rulesets: ['ruleset-reader.ts'],
  'local-servers': ['fault-proxy.ts'],
};

/** A lib of more than 8 source files has folders; beside its door lie its composition, its Nest module and the files named here, each with its specs. */
export function libRoots(house: House): readonly Violation[] {
  return libsOf(house)
    .filter((lib) => ALLOWED[lib] !== 'flat' && sourceCount(house, lib) > SMALL)
    .flatMap((lib) => straysOf(house, lib))
    .map((path) => ({ path, message: 'belongs in a folder of src' }));
}

function straysOf(house: House, lib: string): readonly string[] {
  const allowed = ['index.ts', 'composition.ts', ...(ALLOWED[lib] ?? [])];
  return [...house.files.keys()].filter((path) => {
    const file = path.startsWith(`libs/${lib}/src/`) ? path.slice(`libs/${lib}/src/`.length) : '/';
    return !file.includes('/') && !file.includes('.module.') && !allowed.includes(testedBy(file));
  });
}

function sourceCount(house: House, lib: string): number {
  return house.sources.filter(({ path }) => path.startsWith(`libs/${lib}/src/`) && !isTest(path)).length;
}
