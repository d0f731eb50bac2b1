import type { Scope } from '#libs/contracts';

/** The copy of an environment, which accounts owns. */
export interface Environment {
  readonly id: string;
  readonly scope: Scope;
  readonly name: string;
  readonly protected: boolean;
  readonly position: number;
  readonly version: number;
  readonly isDeleted: boolean;
}

/** Whether `news` replaces the stored environment: versions only rise, and a deleted environment never comes back. */
export function isNews(known: Environment | undefined, news: Environment): boolean {
  if (known === undefined) return !news.isDeleted;
  return !known.isDeleted && (news.isDeleted || news.version > known.version);
}
