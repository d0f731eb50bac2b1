import type { MigrationInterface } from 'typeorm';

/** A TypeORM migration in plain SQL; the class's name ends in 13 digits (`CreateFlags1760000000000`), which order them. */
export type Migration = new () => MigrationInterface;

export interface ServiceMigrations {
  readonly name: string;
  readonly migrations: readonly Migration[];
}

export async function prepareDatabase(
  _adminUrl: string,
  _services: readonly ServiceMigrations[],
  _roleSecret: string,
): Promise<void> {}
