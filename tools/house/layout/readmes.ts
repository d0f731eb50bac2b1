import type { House, Violation } from '../house.js';
import { partsOf } from '../paths.js';

/** Every app and every lib has a README. */
export function readmes(house: House): readonly Violation[] {
  return partsOf(house.files.keys())
    .filter((part) => !house.files.has(`${part}/README.md`))
    .map((path) => ({ path, message: 'has no README.md' }));
}
