import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { DocumentChange, FlagConfigDocument, RulesetDocument } from '#libs/contracts';
import { refOf } from '#libs/contracts';
import { Ruleset, ScopeRuleset, type EvaluationContext } from '#libs/engine';
import type { Json } from '#libs/kernel';

interface FlagBody {
  readonly key: string;
  readonly type: string;
  readonly variants?: readonly { readonly name: string; readonly value: Json; readonly weight?: number }[];
  readonly default_variant?: string;
  readonly [field: string]: unknown;
}
type ConfigBody = Partial<Omit<FlagConfigDocument, 'version'>>;
interface KillSwitchBody {
  readonly key: string;
  readonly linked_flag_keys: readonly string[];
  readonly activate?: string;
}

/** Objects as the management API accepts them. */
interface Objects<Configs> {
  readonly flags?: readonly FlagBody[];
  readonly configs?: { readonly [flagKey: string]: Configs };
  readonly segments?: readonly { readonly key: string; readonly [field: string]: unknown }[];
  readonly strategies?: readonly { readonly id: string; readonly [field: string]: unknown }[];
  readonly kill_switches?: readonly KillSwitchBody[];
}

interface Case {
  readonly flag: string;
  readonly context: EvaluationContext;
  /** RFC 3339. Default: the fixed time of the test run. */
  readonly now?: string;
  readonly expect: {
    readonly variant: string;
    readonly reason: string;
    readonly value?: Json;
    readonly missing?: string;
    readonly scope?: string;
    /** Reason or error code of the OFREP answer. */
    readonly ofrep?: string;
  };
}
export interface Suite extends Objects<ConfigBody> {
  readonly title: string;
  readonly environment: string;
  readonly platform?: Objects<{ readonly [environmentName: string]: ConfigBody }>;
  readonly cases: readonly Case[];
}

const folder = import.meta.dirname;

export function readJson<T>(...names: string[]): T {
  return JSON.parse(readFileSync(path.join(folder, ...names), 'utf8')) as T;
}

const BOOLEAN_VARIANTS = [
  { name: 'off', value: false },
  { name: 'on', value: true },
];

function flagDocument(body: FlagBody, configs: { readonly [name: string]: ConfigBody }): RulesetDocument {
  const variants = (body.variants ?? BOOLEAN_VARIANTS).map((variant) => ({ weight: 1, ...variant }));
  const defaults = { enabled: false, targets: {}, rules: [], version: 1 };
  return {
    id: `flag-${body.key}`,
    default_variant: 'off',
    prerequisites: [],
    salt: body.key,
    exposure_tracking: true,
    archived: false,
    version: 1,
    ...body,
    kind: 'flag',
    variants,
    configs: Object.fromEntries(
      Object.entries(configs).map(([name, config]) => [name, withRuleIds({ ...defaults, ...config })]),
    ),
  } as unknown as RulesetDocument;
}

function withRuleIds(config: FlagConfigDocument): FlagConfigDocument {
  return { ...config, rules: config.rules.map((rule, index) => ({ ...rule, id: rule.id ?? `rule-${index}` })) };
}

function changes<C>(
  objects: Objects<C>,
  configsOf: (configs: C | undefined) => { [name: string]: ConfigBody },
): DocumentChange[] {
  const documents: unknown[] = [
    ...(objects.flags ?? []).map((flag) => flagDocument(flag, configsOf(objects.configs?.[flag.key]))),
    ...(objects.segments ?? []).map((body) => ({
      included: [],
      excluded: [],
      version: 1,
      ...body,
      kind: 'segment',
      id: `segment-${body.key}`,
    })),
    ...(objects.strategies ?? []).map((body) => ({ name: body.id, version: 1, ...body, kind: 'strategy' })),
    ...(objects.kill_switches ?? []).map((body) => ({
      ...body,
      kind: 'kill_switch',
      id: `switch-${body.key}`,
      is_active: body.activate !== undefined,
      version: 1,
    })),
  ];
  return (documents as RulesetDocument[]).map((document) => ({ ref: refOf(document), document }));
}

/** The ruleset that results from creating the suite's objects: one organization with the suite's environment. */
export function rulesetOf(suite: Suite): Ruleset {
  const [platform, organization] = [new ScopeRuleset(), new ScopeRuleset()];
  const environment = { id: 'environment-id', name: suite.environment };
  organization.apply(changes(suite, (config) => (config === undefined ? {} : { [environment.id]: config })));
  platform.apply(changes(suite.platform ?? {}, (configs) => configs ?? {}));
  return new Ruleset(platform, organization, environment);
}
