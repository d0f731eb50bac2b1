import type { Flag } from '../../../domain/flags/flag.js';
import { checkPrerequisitesExist, refuseCycle } from '../../../domain/flags/prerequisites.js';
import type { Flags } from '../../ports/stores.js';

/** Checks that a flag may require its prerequisites. @throws AppError `unknown_prerequisite`, `unknown_variant`, `prerequisite_cycle` */
export async function checkPrerequisites(flags: Flags, { key, prerequisites }: Flag): Promise<void> {
  if (prerequisites.length === 0) return;
  const required = prerequisites.map(({ flag_key }) => flag_key);
  checkPrerequisitesExist(prerequisites, await flags.variantsInReach(required));
  refuseCycle(key, required, await flags.prerequisiteGraph());
}
