import type { Scope } from '#libs/contracts';

/** What flags remembers of an environment; accounts owns it. */
export interface Environment {
  readonly id: string;
  readonly scope: Scope;
  readonly name: string;
  readonly protected: boolean;
  readonly position: number;
  readonly version: number;
  readonly isDeleted: boolean;
}

/** Whether news about an environment are new: it never comes back from deletion, and versions only rise. */
export function isNews(known: Environment | undefined, news: Environment): boolean {
  if (known === undefined) return !news.isDeleted;
  return !known.isDeleted && (news.isDeleted || news.version > known.version);
}
