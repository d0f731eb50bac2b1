import type { Flag } from '../domain/flag.js';
import { checkPrerequisitesExist, refuseCycle } from '../domain/prerequisites.js';
import type { Flags } from './ports.js';

/** Whether a flag may require what it requires. @throws AppError `unknown_prerequisite`, `unknown_variant`, `prerequisite_cycle` */
export async function checkPrerequisites(flags: Flags, { key, prerequisites }: Flag): Promise<void> {
  if (prerequisites.length === 0) return;
  const required = prerequisites.map(({ flag_key }) => flag_key);
  checkPrerequisitesExist(prerequisites, await flags.variantsInReach(required));
  refuseCycle(key, required, await flags.prerequisiteGraph());
}
