import { AppError } from '#libs/kernel';

/** Guards against writers that bypass the scope's lock: refuses to write a row that is not at the version that was read. */
export function expectOne(rows: readonly unknown[], what: string): void {
  if (rows.length === 1) return;
  throw new AppError('version_conflict', `${what} changed meanwhile; read it again`);
}
