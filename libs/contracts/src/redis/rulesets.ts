import type { Scope } from '../scope.js';

/** Hash: the whole ruleset of a scope. One field per document, plus `EPOCH_FIELD` and `VERSION_FIELD`. Written by flags. */
export const rulesetKey = (scope: Scope): string => `loom:ruleset:${scope}`;
/** Present while Redis has lost nothing since flags last compared all rulesets with it. A Redis that was emptied lacks it. */
export const RULESETS_INTACT = 'loom:rulesets:intact';
/** Hash: the latest deltas of a scope. One field per version. Written by flags. */
export const deltasKey = (scope: Scope): string => `loom:deltas:${scope}`;
export const EPOCH_FIELD = '@epoch';
export const VERSION_FIELD = '@version';
