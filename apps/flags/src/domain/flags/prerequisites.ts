import { isResourceKey, type Prerequisite } from '#libs/contracts';
import { AppError, invalid } from '#libs/kernel';
import { findPathBack } from '../find-path.js';

const MAX_PREREQUISITES = 100;

/** Which flags each flag requires, by key. */
export type PrerequisiteGraph = ReadonlyMap<string, readonly string[]>;
/** The variants of the live flags in reach, by flag key. */
export type VariantsInReach = ReadonlyMap<string, readonly string[]>;

/** @throws AppError `invalid_type`, `unknown_prerequisite` for an invalid key, `prerequisite_cycle` for the flag's own key */
export function readPrerequisites(drafts: unknown, ownKey: string): readonly Prerequisite[] {
  if (!Array.isArray(drafts)) throw invalid('invalid_type', 'prerequisites', 'must be a list');
  if (drafts.length > MAX_PREREQUISITES) throw invalid('too_long', 'prerequisites', `at most ${MAX_PREREQUISITES}`);
  return drafts.map((draft: unknown, index) => readPrerequisite(draft, `prerequisites[${index}]`, ownKey));
}

/** @throws AppError `unknown_prerequisite`, `unknown_variant` with all that are missing */
export function checkPrerequisitesExist(prerequisites: readonly Prerequisite[], reach: VariantsInReach): void {
  const problems = prerequisites.flatMap(({ flag_key, required_variant }, index) => {
    const variants = reach.get(flag_key);
    const field = `prerequisites[${index}]`;
    if (variants === undefined) {
      return [invalid('unknown_prerequisite', `${field}.flag_key`, `there is no live flag ${flag_key}`)];
    }
    if (variants.includes(required_variant)) return [];
    return [invalid('unknown_variant', `${field}.required_variant`, `${flag_key} has no variant ${required_variant}`)];
  });
  const [first] = problems;
  if (first === undefined) return;
  const details = problems.flatMap((problem) => problem.details);
  throw new AppError(first.code, first.message, details);
}

/** @throws AppError `prerequisite_cycle` naming the path, when requiring these flags would make `key` require itself */
export function refuseCycle(key: string, required: readonly string[], graph: PrerequisiteGraph): void {
  const path = findPathBack(key, required, graph);
  if (path === undefined) return;
  const message = `This would be a cycle: ${path.join(' → ')}`;
  throw new AppError('prerequisite_cycle', message, [{ field: 'prerequisites', message, path }]);
}

function readPrerequisite(draft: unknown, field: string, ownKey: string): Prerequisite {
  if (typeof draft !== 'object' || draft === null) throw invalid('invalid_type', field, 'must be an object');
  const { flag_key, required_variant } = draft as Record<string, unknown>;
  if (typeof required_variant !== 'string')
    throw invalid('invalid_type', `${field}.required_variant`, 'must be a string');
  if (!isResourceKey(flag_key)) throw invalid('unknown_prerequisite', `${field}.flag_key`, 'is not the key of a flag');
  if (flag_key === ownKey) refuseCycle(ownKey, [ownKey], new Map());
  return { flag_key, required_variant };
}
