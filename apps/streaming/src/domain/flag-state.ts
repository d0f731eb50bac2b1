import type { FlagConfigDocument, FlagDocument } from '#libs/contracts';
import type { Json } from '#libs/kernel';
import type { Documents, Owner, View } from './documents.js';

export interface Environment {
  readonly id: string;
  readonly name: string;
}

/** The state of a flag in streams: without rules, since client keys read streams too. */
interface FlagState {
  readonly flag_key: string;
  readonly enabled: boolean;
  readonly default_variant: string;
  readonly default_value: Json;
  readonly archived: boolean;
}
/** The state with its revision: the version of the flag and of its config in this environment, and the steps of its schedules. */
export interface VersionedFlagState {
  readonly state: FlagState;
  readonly revision: string;
}

/** A flag as an environment serves it. */
interface ServedFlag {
  readonly owner: Owner;
  readonly flag: FlagDocument;
  readonly config: FlagConfigDocument | undefined;
}

/** The state of one flag in one environment. */
export function flagState(key: string, view: View, environment: Environment): VersionedFlagState | undefined {
  const served = servedFlag(key, view, environment);
  return served && stateOf(served);
}

/** A platform flag that is not archived hides the organization's flag of the same key. */
export function servedFlag(
  key: string,
  { platform, organization }: View,
  environment: Environment,
): ServedFlag | undefined {
  const above = flagOf(platform, key);
  const own = flagOf(organization, key);
  if (above !== undefined && (!above.archived || own === undefined)) {
    return { owner: 'platform', flag: above, config: above.configs[environment.name] ?? above.configs['*'] };
  }
  return own && { owner: 'organization', flag: own, config: own.configs[environment.id] };
}

function flagOf(documents: Documents, key: string): FlagDocument | undefined {
  return documents.get(`flag:${key}`) as FlagDocument | undefined;
}

function stateOf({ owner, flag, config }: ServedFlag): VersionedFlagState {
  const { key, default_variant, archived } = flag;
  const default_value = flag.variants.find(({ name }) => name === default_variant)?.value ?? null;
  return {
    state: { flag_key: key, enabled: config?.enabled ?? false, default_variant, default_value, archived },
    revision: `${owner}:${flag.id}:${flag.version}:${config?.version ?? 0}:${config?.step ?? 0}`,
  };
}

/** The states of all flags of an environment, in the order of their keys. */
export function flagStates(view: View, environment: Environment): readonly FlagState[] {
  const keys = new Set<string>();
  for (const documents of [view.platform, view.organization]) {
    for (const document of documents.values()) if (document.kind === 'flag') keys.add(document.key);
  }
  return [...keys]
    .toSorted()
    .map((key) => flagState(key, view, environment)?.state)
    .filter((state) => state !== undefined);
}
