import { formatVersion, isAhead, joinVersions, parseVersion, reaches, type RulesetVersion } from '#libs/contracts';

/** A version of one scope. */
export interface Version {
  readonly epoch: string;
  readonly version: number;
}
/** One scope as an evaluator holds it; times are unix ms by the clock of Redis. */
interface Held extends Version {
  readonly since: number;
  /** When it first held any version of the scope. */
  readonly loaded: number;
}
interface Pair<T> {
  readonly platform: T;
  readonly organization: T;
}
/** What one evaluator reported. */
export interface Receipt extends Pair<Held | undefined> {
  readonly id: string;
  readonly service: string;
  readonly silent: boolean;
  readonly streams: readonly StreamGroup[];
}
interface StreamGroup {
  readonly sdk: string;
  readonly sdk_version: string;
  readonly acknowledged: string | null;
  readonly connections: number;
}
export interface Receipts {
  readonly now: number;
  /** Every running evaluator has had the time to report: none can be missing. */
  readonly isWhole: boolean;
  readonly receipts: readonly Receipt[];
  /** When each scope's latest known version was announced. */
  readonly announced: Pair<(Version & { readonly at: number }) | undefined>;
}

export interface PropagationView {
  /** The newest version of the organization, `<epoch>.<platform>.<org>`. */
  readonly version: string;
  /** Every evaluator that holds the organization holds `version`, and none is silent. */
  readonly complete: boolean;
  readonly instances: readonly InstanceView[];
  readonly streams: readonly StreamsView[];
}
interface InstanceView {
  readonly id: string;
  readonly service: string;
  /** `null`: it has not loaded the organization, and cannot answer with an old version. */
  readonly version: string | null;
  /** When it took over that version. */
  readonly since: string | null;
  /**
   * The time from the announcement of its version until it held that version; while it is behind, the time since the announcement
   * of the newest version. `null`: unknown, since Redis was away then or it was more than a week ago.
   */
  readonly lag_ms: number | null;
  /** It has reported nothing for 12 s. */
  readonly silent: boolean;
}
interface StreamsView {
  readonly sdk: string;
  readonly sdk_version: string;
  readonly connections: number;
  /** Those that have not acknowledged `version`. */
  readonly behind: number;
}

/** Compares the reports of evaluators with the newest version. An evaluator that never loaded the organization counts only while silent. */
export function propagation(newest: Pair<Version>, reports: Receipts): PropagationView {
  const { receipts, isWhole } = reports;
  const isThere = (receipt: Receipt): boolean => !receipt.silent && scopesOf(receipt).every(isCurrent(newest));
  return {
    version: formatVersion(joined(newest)),
    complete: isWhole && receipts.length > 0 && receipts.every(isThere),
    instances: receipts.map((receipt) => instance(receipt, newest, reports)),
    streams: streams(
      receipts.flatMap((receipt) => receipt.streams),
      joined(newest),
    ),
  };
}

interface HeldScope {
  readonly scope: keyof Pair<unknown>;
  readonly held: Held;
}

/** What an evaluator holds of an organization: both scopes, or nothing. */
function scopesOf({ platform, organization }: Receipt): readonly HeldScope[] {
  if (platform === undefined || organization === undefined) return [];
  return [
    { scope: 'platform', held: platform },
    { scope: 'organization', held: organization },
  ];
}

const isCurrent =
  (newest: Pair<Version>) =>
  ({ scope, held }: HeldScope): boolean =>
    !isAhead(newest[scope], held);

function instance(receipt: Receipt, newest: Pair<Version>, reports: Receipts): InstanceView {
  const { id, service, silent } = receipt;
  const scopes = scopesOf(receipt);
  if (scopes.length === 0) return { id, service, version: null, since: null, lag_ms: null, silent };
  const last = scopes.reduce((a, b) => (b.held.since > a.held.since ? b : a));
  const behind = scopes.filter((scope) => !isCurrent(newest)(scope));
  const lags = behind.length > 0 ? behind.map(waiting(newest, reports)) : [lag(last, reports)];
  const known = lags.filter((ms) => ms !== undefined);
  return {
    id,
    service,
    version: formatVersion(joined({ platform: receipt.platform!, organization: receipt.organization! })),
    since: new Date(last.held.since).toISOString(),
    lag_ms: known.length === 0 ? null : Math.max(0, ...known),
    silent,
  };
}

/** From the announcement of the held version until the evaluator held it. */
function lag({ scope, held }: HeldScope, { announced }: Receipts): number | undefined {
  const news = announced[scope];
  const isOfThisVersion = news?.epoch === held.epoch && news.version === held.version;
  if (isOfThisVersion) return held.since - Math.max(news.at, held.loaded);
  return held.since === held.loaded ? 0 : undefined;
}

/** How long an evaluator has lacked the newest version. */
const waiting =
  (newest: Pair<Version>, { announced, now }: Receipts) =>
  ({ scope, held }: HeldScope): number | undefined => {
    const news = announced[scope];
    const isOfNewest = news?.epoch === newest[scope].epoch && news.version === newest[scope].version;
    return isOfNewest ? now - Math.max(news.at, held.loaded) : undefined;
  };

function joined({ platform, organization }: Pair<Version>): RulesetVersion {
  return joinVersions(platform, organization);
}

function streams(groups: readonly StreamGroup[], newest: RulesetVersion): readonly StreamsView[] {
  const bySdk = Map.groupBy(groups, ({ sdk, sdk_version }) => JSON.stringify([sdk, sdk_version]));
  return [...bySdk.values()].map((same) => {
    const { sdk, sdk_version } = same[0]!;
    return { sdk, sdk_version, connections: sum(same), behind: sum(same.filter(isBehind(newest))) };
  });
}

const isBehind =
  (newest: RulesetVersion) =>
  ({ acknowledged }: StreamGroup): boolean => {
    const version = acknowledged === null ? undefined : parseVersion(acknowledged);
    return version === undefined || !reaches(version, newest);
  };

function sum(groups: readonly StreamGroup[]): number {
  return groups.reduce((total, { connections }) => total + connections, 0);
}
