export { joinOrganization, tokenOf } from './api/join.js';
export { Person } from './api/person.js';
export { answers, until } from './api/until.js';
export { StreamFlood } from './api/stream-flood.js';
export { newWorkplace, type Workplace } from './api/workplace.js';
export { aCheck, aKey, aRecord, HERE, KEY, LOOKUP, START } from './fakes/api-keys.js';
export * as generators from './generate/generators.js';
export { HOSTILE_BODIES } from './generate/hostile-bodies.js';
export { HOSTILE_VALUES } from './generate/hostile-values.js';
export { INHERITED_NAMES, namedLikeMethods } from './generate/inherited-names.js';
export { IMPOSSIBLE_TIMES } from './generate/impossible-times.js';
export { type Layout, type Platform, platformEnv, startPlatform } from './platform/platform.js';
export { referenceOperator } from './reference/reference-conditions.js';
export { referenceEvaluate, referenceFlagKeys } from './reference/reference-evaluator.js';
export { CountingIds } from './fakes/counting-ids.js';
export { FixedClock } from './fakes/fixed-clock.js';
export { ManualRulesets } from './fakes/manual-rulesets.js';
export { InMemoryPublisher } from './fakes/in-memory-publisher.js';
export { asRole, type ServiceRole } from './services/as-role.js';
export { routesOf, type Route } from './services/routes-of.js';
export {
  makeStreams,
  prepareStreams,
  ROLE_SECRET,
  startServices,
  type RunningServices,
} from './services/start-services.js';
export { ALLOWED_PATTERNS, HOSTILE_LOOPS, type HostileFlag, STORED_PATTERNS } from './generate/hostile-flags.js';
