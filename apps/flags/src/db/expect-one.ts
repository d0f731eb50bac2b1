import { AppError } from '#libs/kernel';

/** The net under the lock: a row that is not at the version it was read at was changed by somebody who did not lock. */
export function expectOne(rows: readonly unknown[], what: string): void {
  if (rows.length === 1) return;
  throw new AppError('version_conflict', `${what} changed meanwhile; read it again`);
}
