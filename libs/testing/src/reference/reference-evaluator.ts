import type {
  FlagConfigDocument,
  FlagDocument,
  KillSwitchDocument,
  Rule,
  RuleBody,
  RulesetDocument,
  SegmentDocument,
  StrategyDocument,
} from '#libs/contracts';
import type { ReferenceScene } from './reference-conditions.js';
import { referenceAdmission, referenceServe } from './reference-rules.js';

/**
 * Specification 04 step by step: slow, obvious, without any code of the engine that it checks. Documents are well formed,
 * but for names that lead nowhere, unknown operators, and circles of segments and prerequisites.
 */
export interface ReferenceWorld {
  readonly platform: readonly RulesetDocument[];
  readonly organization: readonly RulesetDocument[];
  readonly environment: { readonly id: string; readonly name: string };
  readonly context: { readonly [name: string]: unknown };
  /** Unix milliseconds. */
  readonly now: number;
}

export interface ReferenceAnswer {
  readonly variant: string;
  readonly value: unknown;
  /** Without the message of an error. */
  readonly reason: { readonly type: string; readonly [detail: string]: unknown };
  readonly version: number;
  /** The reason, or the error code, that OFREP gives. */
  readonly ofrep: string;
}

type Owner = 'platform' | 'organization';

/** Thrown when a flag's prerequisites come back to `key`, and caught by the evaluation of `key`. */
class Circle extends Error {
  constructor(readonly key: string) {
    super(`circle at ${key}`);
  }
}

const documentsOf = <T extends RulesetDocument>(documents: readonly RulesetDocument[], kind: T['kind']): T[] =>
  documents.filter((document) => document.kind === kind) as T[];

/** `undefined` for an unknown flag. */
export function referenceEvaluate(world: ReferenceWorld, key: string): ReferenceAnswer | undefined {
  return evaluate(world, key, []);
}

/** Keys of the live flags, in order. */
export function referenceFlagKeys(world: ReferenceWorld): string[] {
  const all = [
    ...documentsOf<FlagDocument>(world.platform, 'flag'),
    ...documentsOf<FlagDocument>(world.organization, 'flag'),
  ];
  return [...new Set(all.filter((flag) => !flag.archived).map((flag) => flag.key))].sort();
}

function findFlag(world: ReferenceWorld, key: string): { flag: FlagDocument; owner: Owner } | undefined {
  const above = documentsOf<FlagDocument>(world.platform, 'flag').find((flag) => flag.key === key);
  const own = documentsOf<FlagDocument>(world.organization, 'flag').find((flag) => flag.key === key);
  if (above !== undefined && !above.archived) return { flag: above, owner: 'platform' };
  if (own !== undefined) return { flag: own, owner: 'organization' };
  return above === undefined ? undefined : { flag: above, owner: 'platform' };
}

function evaluate(world: ReferenceWorld, key: string, path: readonly string[]): ReferenceAnswer | undefined {
  const found = findFlag(world, key);
  if (found === undefined) return undefined;
  try {
    return checks(world, found.flag, found.owner, path);
  } catch (error) {
    if (!(error instanceof Circle) || error.key !== key) throw error;
    const config = configOf(world, found.flag, found.owner);
    return answerer(found.flag, config)(found.flag.default_variant, { type: 'error', code: 'invalid_flag' }, 'GENERAL');
  }
}

function configOf(world: ReferenceWorld, flag: FlagDocument, owner: Owner): FlagConfigDocument | undefined {
  if (owner === 'organization') return flag.configs[world.environment.id];
  return flag.configs[world.environment.name] ?? flag.configs['*'];
}

const answerer =
  (flag: FlagDocument, config: FlagConfigDocument | undefined) =>
  (variant: string, reason: ReferenceAnswer['reason'], ofrep: string): ReferenceAnswer => ({
    variant,
    value: flag.variants.find(({ name }) => name === variant)!.value,
    reason,
    version: flag.version + (config?.version ?? 0),
    ofrep,
  });

function activeKillSwitch(
  world: ReferenceWorld,
  flagKey: string,
): { document: KillSwitchDocument; scope: Owner } | undefined {
  for (const scope of ['platform', 'organization'] as const) {
    const active = documentsOf<KillSwitchDocument>(world[scope], 'kill_switch')
      .filter((document) => document.is_active && document.linked_flag_keys.includes(flagKey))
      .sort((a, b) => (a.key < b.key ? -1 : 1));
    if (active[0] !== undefined) return { document: active[0], scope };
  }
  return undefined;
}

function checks(world: ReferenceWorld, flag: FlagDocument, owner: Owner, path: readonly string[]): ReferenceAnswer {
  const config = configOf(world, flag, owner);
  const answer = answerer(flag, config);
  const fallback = flag.default_variant;
  if (flag.archived) return answer(fallback, { type: 'error', code: 'archived' }, 'FLAG_NOT_FOUND');
  if (config === undefined || !config.enabled) return answer(fallback, { type: 'disabled' }, 'DISABLED');
  const killer = activeKillSwitch(world, flag.key);
  if (killer !== undefined) {
    const { id, key } = killer.document;
    return answer(fallback, { type: 'kill_switch', kill_switch_id: id, key, scope: killer.scope }, 'DISABLED');
  }
  const missing = firstUnmet(world, flag, owner, path);
  if (missing !== undefined) return answer(fallback, { type: 'prerequisite', missing }, 'DEFAULT');
  for (const [variant, ids] of Object.entries(config.targets)) {
    if (ids.some((id) => id === world.context['user_id']))
      return answer(variant, { type: 'target' }, 'TARGETING_MATCH');
  }
  return byRules(world, flag, owner, config);
}

function firstUnmet(
  world: ReferenceWorld,
  flag: FlagDocument,
  owner: Owner,
  path: readonly string[],
): string | undefined {
  for (const { flag_key: key, required_variant: variant } of flag.prerequisites) {
    const found = findFlag(world, key);
    if (found === undefined || (owner === 'platform' && found.owner !== 'platform')) return key;
    if (path.includes(key) || key === flag.key) throw new Circle(key);
    const result = evaluate(world, key, [...path, flag.key])!;
    const isUsable = result.reason.type !== 'disabled' && result.reason.type !== 'error';
    if (!isUsable || result.variant !== variant) return key;
  }
  return undefined;
}

function byRules(world: ReferenceWorld, flag: FlagDocument, owner: Owner, config: FlagConfigDocument): ReferenceAnswer {
  const answer = answerer(flag, config);
  const verdicts: string[] = [];
  for (const rule of config.rules) {
    const body = bodyOf(world, rule, owner);
    const verdict =
      body === undefined ? 'no' : referenceAdmission(flag, body.body, sceneOf(world, body.owner), world.now);
    verdicts.push(verdict);
    if (verdict !== 'yes' && verdict !== 'yes by hash') continue;
    const served = referenceServe(flag, rule, body!.body, world.context);
    if (typeof served === 'string') return answer(flag.default_variant, { type: 'default' }, served);
    const strategy = rule.strategy_id === undefined ? {} : { strategy_id: rule.strategy_id };
    const isByHash = served.isByHash || verdict === 'yes by hash';
    return answer(
      served.variant,
      { type: 'strategy', rule_id: rule.id, ...strategy },
      isByHash ? 'SPLIT' : 'TARGETING_MATCH',
    );
  }
  return answer(flag.default_variant, { type: 'default' }, ofrepOfDefault(verdicts, config));
}

function ofrepOfDefault(verdicts: readonly string[], config: FlagConfigDocument): string {
  if (verdicts.includes('no key')) return 'TARGETING_KEY_MISSING';
  if (verdicts.length === 1 && verdicts[0] === 'no by hash') return 'SPLIT';
  const hasTargets = Object.values(config.targets).some((ids) => ids.length > 0);
  return config.rules.length === 0 && !hasTargets ? 'STATIC' : 'DEFAULT';
}

function sceneOf(world: ReferenceWorld, owner: Owner): ReferenceScene {
  const find = (scope: Owner, key: string): SegmentDocument | undefined =>
    documentsOf<SegmentDocument>(world[scope], 'segment').find((segment) => segment.key === key);
  return {
    context: world.context,
    environmentName: world.environment.name,
    segment: (key) => {
      const above = find('platform', key);
      if (above !== undefined) return { document: above, scene: sceneOf(world, 'platform') };
      const own = owner === 'organization' ? find('organization', key) : undefined;
      return own && { document: own, scene: sceneOf(world, 'organization') };
    },
  };
}

function bodyOf(
  world: ReferenceWorld,
  rule: Rule,
  owner: Owner,
): { body: Partial<RuleBody>; owner: Owner } | undefined {
  if (rule.strategy_id === undefined) return { body: rule, owner };
  for (const scope of owner === 'platform' ? (['platform'] as const) : (['platform', 'organization'] as const)) {
    const strategies = documentsOf<StrategyDocument>(world[scope], 'strategy');
    const body = strategies.find((strategy) => strategy.id === rule.strategy_id);
    if (body !== undefined) return { body, owner: scope };
  }
  return undefined;
}
