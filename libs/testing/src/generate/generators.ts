import fc from 'fast-check';
import {
  refOf,
  type Condition,
  type DocumentChange,
  type EnvironmentDocument,
  type FlagDocument,
  type KillSwitchDocument,
  type RuleBody,
  type RulesetDocument,
  type SegmentDocument,
  type StrategyDocument,
} from '#libs/contracts';
import type { Json } from '#libs/kernel';
import { conditions, SEGMENT_KEYS, value } from './generate-conditions.js';

/**
 * Few keys and few values, so that references often meet; some references lead nowhere, some form circles.
 * The environment is `{ id: 'env-1', name: 'prod' }`.
 */
export const ENVIRONMENT = { id: 'env-1', name: 'prod' } as const;
const FLAG_KEYS = ['f.a', 'f.b', 'f.c', 'f.d', 'f.e'];
const STRATEGY_IDS = ['st-1', 'st-2', 'st-3'];
const USERS = ['u1', 'u2', 'u3', 'user-4', '', 'żółw'];
const percentage = fc.oneof(
  fc.constantFrom(null, 0, 100),
  fc.integer({ min: 0, max: 100_000 }).map((milli) => milli / 1_000),
);
/** Around which contexts are evaluated: `2025-06-01T00:00:00Z`. */
export const NOON = Date.UTC(2025, 5, 1);
const startAt = fc.integer({ min: -3, max: 3 }).map((days) => new Date(NOON + days * 86_400_000).toISOString());
const schedule = fc.record({
  steps: fc.uniqueArray(fc.record({ percentage: percentage.map((value) => value ?? 50), start_at: startAt }), {
    maxLength: 3,
    selector: (step) => step.start_at,
  }),
});
const body: fc.Arbitrary<RuleBody> = fc.record(
  {
    conditions: fc.oneof(fc.constant<Condition>([]), conditions),
    percentage,
    bucket_by: fc.constantFrom('user_id', 'org_id', 'session_id', 'plan', 'a.b'),
    schedule: fc.option(schedule, { freq: 2 }),
  },
  { requiredKeys: ['conditions'] },
);

const version = fc.integer({ min: 1, max: 9 });
const variants = fc
  .record({
    type: fc.constantFrom('boolean' as const, 'string' as const, 'json' as const),
    count: fc.integer({ min: 1, max: 4 }),
  })
  .chain(({ type, count }) =>
    fc.record({
      type: fc.constant(type),
      variants: fc.tuple(...Array.from({ length: count }, () => fc.constantFrom(0, 1, 1, 50, 333))).map((weights) =>
        weights.map((weight, i) => ({
          name: `v${i}`,
          value: type === 'boolean' ? i > 0 : type === 'string' ? `value ${i}` : { i },
          weight,
        })),
      ),
    }),
  );
const names = (flag: { variants: readonly { name: string }[] }): string[] => flag.variants.map(({ name }) => name);

function configArbitrary(variantNames: string[]): fc.Arbitrary<unknown> {
  const name = fc.constantFrom(...variantNames);
  const serve = fc.option(
    fc.oneof(
      fc.record({ variant: name }),
      fc.record({
        split: fc.array(fc.record({ variant: name, weight: fc.constantFrom(0, 1, 50) }), {
          minLength: 1,
          maxLength: 3,
        }),
      }),
    ),
    { nil: undefined },
  );
  const inline = fc.tuple(body, serve).map(([written, serve]) => ({ ...written, serve }));
  const byStrategy = fc.record({ strategy_id: fc.constantFrom(...STRATEGY_IDS, 'st-none'), serve });
  const rules = fc
    .array(fc.oneof({ weight: 2, arbitrary: inline }, byStrategy), { maxLength: 3 })
    .map((list) => list.map((rule, i) => JSON.parse(JSON.stringify({ id: `r${i}`, ...rule })) as unknown));
  const targets = fc
    .array(fc.tuple(fc.constantFrom('u1', 'u2', 'user-4'), name), { maxLength: 2 })
    .map((pairs) => Object.fromEntries(variantNames.map((variant) => [variant, idsOf(pairs, variant)])));
  const enabled = fc.integer({ min: 0, max: 5 }).map((n) => n > 0);
  return fc.record({ enabled, targets: fc.oneof(fc.constant({}), targets), rules, version });
}

const idsOf = (pairs: readonly (readonly [string, string])[], variant: string): string[] =>
  [...new Map(pairs)].filter(([, named]) => named === variant).map(([id]) => id);

function flagArbitrary(key: string, configNames: readonly string[]): fc.Arbitrary<FlagDocument> {
  const prerequisite = fc.record({
    flag_key: fc.constantFrom(...FLAG_KEYS, 'f.none'),
    required_variant: fc.constantFrom('v0', 'v1'),
  });
  return variants.chain((kind) =>
    fc.record({
      kind: fc.constant('flag' as const),
      id: fc.constant(`id-${key}`),
      key: fc.constant(key),
      type: fc.constant(kind.type),
      variants: fc.constant(kind.variants),
      default_variant: fc.constantFrom(...names(kind)),
      prerequisites: fc.oneof({ weight: 2, arbitrary: fc.constant([]) }, fc.array(prerequisite, { maxLength: 2 })),
      salt: fc.constantFrom(key, 'shared', 'sól'),
      exposure_tracking: fc.boolean(),
      archived: fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
      version,
      configs: fc
        .subarray([...configNames], { minLength: 0 })
        .chain((chosen) => fc.record(Object.fromEntries(chosen.map((name) => [name, configArbitrary(names(kind))])))),
    }),
  ) as fc.Arbitrary<FlagDocument>;
}

const segmentArbitrary = (key: string): fc.Arbitrary<SegmentDocument> =>
  fc.record({
    kind: fc.constant('segment' as const),
    id: fc.constant(`id-${key}`),
    key: fc.constant(key),
    included: fc.subarray(USERS),
    excluded: fc.subarray(USERS, { maxLength: 2 }),
    conditions,
    version,
  });
const strategyArbitrary = (id: string): fc.Arbitrary<StrategyDocument> =>
  fc.tuple(body, version).map(([written, version]) => ({ kind: 'strategy', id, name: id, version, ...written }));
const killSwitchArbitrary = (key: string): fc.Arbitrary<KillSwitchDocument> =>
  fc.record({
    kind: fc.constant('kill_switch' as const),
    id: fc.constant(`id-${key}`),
    key: fc.constant(key),
    linked_flag_keys: fc.subarray(FLAG_KEYS, { maxLength: 2 }),
    is_active: fc.integer({ min: 0, max: 3 }).map((n) => n === 0),
    version,
  });

/** One document of a scope; which names the scope's configs go by is `configNames`. */
export function documentOf(configNames: readonly string[]): fc.Arbitrary<RulesetDocument> {
  const environment: EnvironmentDocument = { kind: 'environment', ...ENVIRONMENT, version: 1 };
  return fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...FLAG_KEYS).chain((key) => flagArbitrary(key, configNames)) },
    { weight: 3, arbitrary: fc.constantFrom(...SEGMENT_KEYS).chain(segmentArbitrary) },
    { weight: 2, arbitrary: fc.constantFrom(...STRATEGY_IDS).chain(strategyArbitrary) },
    { weight: 1, arbitrary: fc.constantFrom('k.a', 'k.b').chain(killSwitchArbitrary) },
    { weight: 1, arbitrary: fc.constant<RulesetDocument>(environment) },
  );
}

/** The documents of a scope, each reference once. */
export function scopeDocuments(configNames: readonly string[], maxLength = 12): fc.Arbitrary<RulesetDocument[]> {
  return fc.uniqueArray(documentOf(configNames), { minLength: 1, maxLength, selector: refOf });
}

/** Changes of a scope: documents put in place, and documents taken away. */
export function scopeChanges(configNames: readonly string[], maxLength = 5): fc.Arbitrary<DocumentChange[]> {
  const change = fc.tuple(documentOf(configNames), fc.integer({ min: 0, max: 3 }));
  return fc.array(
    change.map(([document, n]) => ({ ref: refOf(document), document: n === 0 ? null : document })),
    { minLength: 1, maxLength },
  );
}

export const PLATFORM_CONFIGS: readonly string[] = ['prod', '*'];
export const ORGANIZATION_CONFIGS: readonly string[] = [ENVIRONMENT.id, 'env-2'];

const attributes = fc.dictionary(
  fc.constantFrom('plan', 'age', 'a.b', 'a', 'tags', 'version', 'ip', 'seen'),
  fc.oneof(
    { weight: 4, arbitrary: value },
    fc.dictionary(fc.constant('b'), value, { maxKeys: 1 }) as fc.Arbitrary<Json>,
  ),
  { maxKeys: 5, noNullPrototype: true },
);

/** Contexts that meet what the documents ask for. */
export const contexts = fc.record(
  {
    user_id: fc.constantFrom(...USERS),
    org_id: fc.constantFrom('org_1', 'org_2'),
    session_id: fc.constantFrom('s1', 's2'),
    attributes,
    geo: fc.record(
      { country: fc.constantFrom('US', 'us', 'DE'), city: fc.constantFrom('köln', 'KÖLN') },
      { requiredKeys: [] },
    ),
  },
  { requiredKeys: [] },
);

/** Times around the steps of schedules. */
export const instants = fc.integer({ min: -4, max: 4 }).map((days) => NOON + days * 86_400_000);
