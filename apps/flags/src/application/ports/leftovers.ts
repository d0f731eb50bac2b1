import type { Scope } from '#libs/contracts';

/** An environment of an organization, by id. */
export interface EnvironmentRef {
  readonly scope: Scope;
  readonly id: string;
}

/** What deleted environments left behind. */
export interface Leftovers {
  /** Deleted environments that flags still have configs of, at most 100. */
  environments(): Promise<readonly EnvironmentRef[]>;
}
