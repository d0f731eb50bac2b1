import { AppError } from '#libs/kernel';

/** Without `ifVersion` every version is accepted. @throws AppError `version_conflict`, with the current version */
export function checkVersion(current: { readonly version: number }, ifVersion: number | undefined): void {
  if (ifVersion === undefined || ifVersion === current.version) return;
  throw new AppError('version_conflict', `The current version is ${current.version}: read it again`, [
    { field: 'If-Match', message: `The current version is ${current.version}`, current_version: current.version },
  ]);
}
