import { AppError, checkVersion, type SeenVersions } from '#libs/kernel';

interface Store<T> {
  find(keyOrId: string): Promise<T | undefined>;
}
type Kind = 'flag' | 'kill switch' | 'segment' | 'strategy';

/** @throws AppError `not_found` */
export async function find<T>(store: Store<T>, kind: Kind, keyOrId: string): Promise<T> {
  const found = await store.find(keyOrId);
  if (found === undefined) throw new AppError('not_found', `There is no ${kind} ${keyOrId}`);
  return found;
}

/** `ifVersion`: the version that the caller saw, if it sent one, or several. @throws AppError `not_found`, `version_conflict` */
export async function findAtVersion<T extends { readonly version: number }>(
  store: Store<T>,
  kind: Kind,
  keyOrId: string,
  ifVersion: SeenVersions | undefined,
): Promise<T> {
  const found = await find(store, kind, keyOrId);
  checkVersion(`The ${kind} ${keyOrId}`, found.version, ifVersion);
  return found;
}
