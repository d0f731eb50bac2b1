import type { FlagConfigDocument, FlagDocument, RulesetDocument } from '#libs/contracts';
import type { Json } from '#libs/kernel';

export interface Environment {
  readonly id: string;
  readonly name: string;
}
export type Documents = ReadonlyMap<string, RulesetDocument>;

/** What a stream tells about a flag: nothing of its rules, since client keys read streams too. */
interface FlagState {
  readonly flag_key: string;
  readonly enabled: boolean;
  readonly default_variant: string;
  readonly default_value: Json;
  readonly archived: boolean;
}
/** The state with the version behind it: the flag's own plus its config's in this environment. */
export interface VersionedFlagState {
  readonly state: FlagState;
  readonly revision: string;
}

/** How one flag stands in one environment; a live platform flag hides the organization's of the same key. */
export function flagState(
  key: string,
  platform: Documents,
  organization: Documents,
  environment: Environment,
): VersionedFlagState | undefined {
  const above = flagOf(platform, key);
  const own = flagOf(organization, key);
  if (above !== undefined && (!above.archived || own === undefined)) {
    return stateOf(above, above.configs[environment.name] ?? above.configs['*'], 'platform');
  }
  return own === undefined ? undefined : stateOf(own, own.configs[environment.id], 'organization');
}

function flagOf(documents: Documents, key: string): FlagDocument | undefined {
  return documents.get(`flag:${key}`) as FlagDocument | undefined;
}

function stateOf(flag: FlagDocument, config: FlagConfigDocument | undefined, owner: string): VersionedFlagState {
  const { key, default_variant, archived } = flag;
  const default_value = flag.variants.find(({ name }) => name === default_variant)?.value ?? null;
  return {
    state: { flag_key: key, enabled: config?.enabled ?? false, default_variant, default_value, archived },
    revision: `${owner}:${flag.id}:${flag.version}:${config?.version ?? 0}`,
  };
}

/** Every flag in reach of an environment, by key. */
export function flagStates(
  platform: Documents,
  organization: Documents,
  environment: Environment,
): Map<string, VersionedFlagState> {
  const states = new Map<string, VersionedFlagState>();
  for (const document of [...platform.values(), ...organization.values()]) {
    if (document.kind !== 'flag' || states.has(document.key)) continue;
    const state = flagState(document.key, platform, organization, environment);
    if (state !== undefined) states.set(document.key, state);
  }
  return states;
}
