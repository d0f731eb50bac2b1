import { AppError } from '#libs/kernel';
import { displayName, slug, slugFrom } from './names.js';

export interface Organization {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  readonly version: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** @throws AppError `invalid_name`, `invalid_slug` */
export function foundOrganization(wish: { name: string; slug?: string }, id: string, at: Date): Organization {
  const name = displayName(wish.name);
  const chosen = wish.slug === undefined ? slugFrom(name) : slug(wish.slug);
  return { id, slug: chosen, name, version: 1, createdAt: at, updatedAt: at };
}

/** @throws AppError `invalid_name` */
export function renameOrganization(organization: Organization, name: string, at: Date): Organization {
  return { ...organization, name: displayName(name), version: organization.version + 1, updatedAt: at };
}

/** @throws AppError `version_conflict`, with the current version, unless the writer knows it or does not ask. */
export function assertVersion(current: { readonly version: number }, ifVersion: number | undefined): void {
  if (ifVersion === undefined || ifVersion === current.version) return;
  throw new AppError('version_conflict', `It is at version ${current.version} by now: read it again`, [
    { field: 'If-Match', message: `The current version is ${current.version}`, current_version: current.version },
  ]);
}
