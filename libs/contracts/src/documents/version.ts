/**
 * A ruleset version, `<epoch>.<platform>.<org>` (specification 05). The epoch identifies the state of the database (unix
 * milliseconds or more, base 36, 9 characters, zero padded); the others count the changes of their scope.
 */
export interface RulesetVersion {
  readonly epoch: string;
  readonly platform: number;
  readonly org: number;
}

const EPOCH_WIDTH = 9;

/** Fixed-width base 36, so that epochs also order as text. */
export function formatEpoch(millis: number): string {
  return millis.toString(36).padStart(EPOCH_WIDTH, '0');
}

export function parseEpoch(epoch: string): number {
  return Number.parseInt(epoch, 36);
}

export function formatVersion(version: RulesetVersion): string {
  return `${version.epoch}.${version.platform}.${version.org}`;
}

const SHAPE = /^([0-9a-z]{9})\.(\d{1,15})\.(\d{1,15})$/;

/** `undefined` for any other text: clients may send unknown event ids, which are ignored. */
export function parseVersion(text: string): RulesetVersion | undefined {
  const match = SHAPE.exec(text);
  if (match === null) return undefined;
  return { epoch: match[1]!, platform: Number(match[2]), org: Number(match[3]) };
}

/** The version of one scope. */
interface HeldScope {
  readonly epoch: string;
  readonly version: number;
}

/**
 * Joins the versions of two scopes to the version for one reader. Its epoch is the later one. A scope that is still in an earlier
 * epoch counts as 0, so that no component decreases within an epoch, in any order of changes.
 */
export function joinVersions(platform: HeldScope, organization: HeldScope): RulesetVersion {
  const epoch = platform.epoch > organization.epoch ? platform.epoch : organization.epoch;
  const within = (one: HeldScope): number => (one.epoch === epoch ? one.version : 0);
  return { epoch, platform: within(platform), org: within(organization) };
}

/** Whether `held` is newer than the version in the database, which means that the database lost commits. */
export function isAhead(held: HeldScope, stored: HeldScope): boolean {
  return held.epoch > stored.epoch || (held.epoch === stored.epoch && held.version > stored.version);
}

/** Whether `have` contains all changes of `want`: a later epoch, or the same epoch with both components equal or higher. */
export function reaches(have: RulesetVersion, want: RulesetVersion): boolean {
  if (have.epoch !== want.epoch) return parseEpoch(have.epoch) > parseEpoch(want.epoch);
  return have.platform >= want.platform && have.org >= want.org;
}
