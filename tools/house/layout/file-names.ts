import type { House, Violation } from '../house.js';
import { isTest, nameOf } from '../paths.js';
import { classesOf } from '../source/classes.js';

/** Names that the same thing has in every service. */
const CONVENTIONS: readonly Convention[] = [
  {
    folder: /^(apps|libs)\/.*\/migrations\/[^/]+\.ts$/,
    name: /^(index|\d{4}-[a-z0-9-]+)\.ts$/,
    message: 'a migration is named NNNN-what.ts',
    concerns: () => true,
  },
  {
    folder: /^apps\/[^/]+\/src\/rpc\//,
    name: /^[a-z0-9-]+\.handlers\.ts$/,
    message: 'handlers are named <resource>.handlers.ts',
    concerns: (house, path) => /handler/.test(nameOf(path)) || classesOf(house, path).length > 0,
  },
  {
    folder: /^apps\/[^/]+\/src\/db\/(?!migrations\/)/,
    name: /^[a-z0-9-]+\.store\.ts$/,
    message: 'a store is named <thing>.store.ts',
    concerns: (house, path) =>
      classesOf(house, path).some(({ name }) => isStore(name)) || /[-.]stores?\.ts$/.test(path),
  },
];

interface Convention {
  readonly folder: RegExp;
  readonly name: RegExp;
  readonly message: string;
  readonly concerns: (house: House, path: string) => boolean;
}

/** Migrations, handlers and stores are named alike in every service. */
export function fileNames(house: House): readonly Violation[] {
  return house.sources
    .map(({ path }) => path)
    .filter((path) => !isTest(path))
    .flatMap((path) =>
      CONVENTIONS.filter((convention) => breaks(house, path, convention)).map(({ message }) => ({ path, message })),
    );
}

function breaks(house: House, path: string, { folder, name, concerns }: Convention): boolean {
  return folder.test(path) && !name.test(nameOf(path)) && concerns(house, path);
}

/** `FlagStore` and `PostgresFlags`; a unit of work is no store. */
function isStore(className: string): boolean {
  return /Store$|^Postgres[A-Z]/.test(className) && !className.endsWith('UnitOfWork');
}
