import type { House, Violation } from '../house.js';
import { testedBy } from '../paths.js';

const ALLOWED = ['main.ts', 'index.ts', 'config.ts', 'composition.ts'];

/** What an app may have besides, with its reason. */
const ALLOWED_IN: Readonly<Record<string, readonly string[]>> = {
  // An entry of its own: it runs before the services do. `described` and `services` are the list of services, for main and the docs.
  standalone: ['prepare.ts', 'services.ts', 'described.ts'],
};

/** Directly in `src` of a service lie its entry, door, settings, composition and module. */
export function appRoots(house: House): readonly Violation[] {
  return strayFilesOf(house).map((path) => ({ path, message: 'belongs in a folder of src' }));
}

export function strayFilesOf(house: House): readonly string[] {
  return [...house.files.keys()].filter((path) => {
    const [, app = '', file] = /^apps\/([^/]+)\/src\/([^/]+)$/.exec(path) ?? [];
    return file !== undefined && !isAllowed(app, testedBy(file));
  });
}

function isAllowed(app: string, file: string): boolean {
  return [...ALLOWED, `${app}.module.ts`, ...(ALLOWED_IN[app] ?? [])].includes(file);
}
