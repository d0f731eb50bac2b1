/**
 * A ruleset version as every reader sees it: `<epoch>.<platform>.<org>` (specification 05). The epoch is the lifetime of
 * the database (unix milliseconds or more, base 36, 9 characters, zero padded), the others count changes of their scope.
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

/** `undefined` for anything that is not a version: an id that makes no sense is ignored, never an error. */
export function parseVersion(text: string): RulesetVersion | undefined {
  const match = SHAPE.exec(text);
  if (match === null) return undefined;
  return { epoch: match[1]!, platform: Number(match[2]), org: Number(match[3]) };
}

/** Where one scope stands. */
interface Standing {
  readonly epoch: string;
  readonly version: number;
}

/**
 * The version that two scopes make for one reader: of the later epoch. A scope that still stands in an earlier one counts as 0,
 * since nothing of it is known in this lifetime: so no component ever falls within an epoch, in whichever order the two move.
 */
export function joinVersions(platform: Standing, organization: Standing): RulesetVersion {
  const epoch = platform.epoch > organization.epoch ? platform.epoch : organization.epoch;
  const within = (one: Standing): number => (one.epoch === epoch ? one.version : 0);
  return { epoch, platform: within(platform), org: within(organization) };
}

/** Whether what is held is ahead of what a database says: committed once, and lost. */
export function isAhead(held: Standing, said: Standing): boolean {
  return held.epoch > said.epoch || (held.epoch === said.epoch && held.version > said.version);
}

/** Whether `have` holds everything that `want` does: a later epoch, or the same with neither component behind. */
export function reaches(have: RulesetVersion, want: RulesetVersion): boolean {
  if (have.epoch !== want.epoch) return parseEpoch(have.epoch) > parseEpoch(want.epoch);
  return have.platform >= want.platform && have.org >= want.org;
}
