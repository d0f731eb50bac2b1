import { AppError, checkVersion, type SeenVersions } from '#libs/kernel';

interface Store<T> {
  find(keyOrId: string): Promise<T | undefined>;
}
interface SharedStore<T> extends Store<T> {
  findInReach(keyOrId: string): Promise<T | undefined>;
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

/** The own one, else the platform's. @throws AppError `not_found` */
export function findInReach<T>(store: SharedStore<T>, kind: Kind, keyOrId: string): Promise<T> {
  return find({ find: (name) => store.findInReach(name) }, kind, keyOrId);
}

/** As `findAtVersion`, for a write. @throws AppError `forbidden` for one of the platform, which the caller may read */
export async function findOwnAtVersion<T extends { readonly version: number }>(
  store: SharedStore<T>,
  kind: Kind,
  keyOrId: string,
  ifVersion: SeenVersions | undefined,
): Promise<T> {
  const isOthers = (await store.find(keyOrId)) === undefined && (await store.findInReach(keyOrId)) !== undefined;
  if (isOthers) throw new AppError('forbidden', `The ${kind} ${keyOrId} belongs to the platform: super admins edit it`);
  return findAtVersion(store, kind, keyOrId, ifVersion);
}
