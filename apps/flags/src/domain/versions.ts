import { AppError } from '#libs/kernel';

/** @throws AppError `version_conflict` with the current version, when the caller saw another one */
export function checkVersion(what: string, current: number, seen: number | undefined): void {
  if (seen === undefined || seen === current) return;
  const message = `${what} is at version ${current}, not ${seen}; read it again`;
  throw new AppError('version_conflict', message, [{ message, current_version: current }]);
}
