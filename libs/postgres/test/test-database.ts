import { systemOrigin, type FactDraft, type Scope } from '#libs/contracts';
import { freshDatabase } from '#libs/local-servers';
import pg from 'pg';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { Database, type DatabaseOptions } from '../src/transaction/database.js';
import { FactPublisher, type PublishOptions } from '#libs/facts';
import { prepareDatabase } from '../src/migrate/prepare-database.js';
import { platformTables, tenantTable } from '../src/migrate/table-sql.js';

export const SERVICE = 'thingstest';
export const ROLE_SECRET = 'the secret of the roles in tests';
export const ORG_A = '01900000-0000-7000-8000-00000000000a';
export const ORG_B = '01900000-0000-7000-8000-00000000000b';

class CreateThings1760000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(platformTables(SERVICE));
    await runner.query(
      'create table thing (id uuid primary key, org_id uuid, name text not null constraint thing_name unique)',
    );
    await runner.query(tenantTable(SERVICE, 'thing'));
  }

  async down(): Promise<void> {
    // Migrations only expand and contract; they are never reverted.
  }
}

export const services = [{ name: SERVICE, migrations: [CreateThings1760000000000] }];

export interface LogLine {
  readonly level: string;
  readonly message: string;
}

export function collectingLog(lines: LogLine[] = []) {
  const at = (level: string) => (_fields: object, message: string) => void lines.push({ level, message });
  return { lines, info: at('info'), warn: at('warn'), error: at('error') };
}

export interface TestDatabase {
  readonly url: string;
  open(options?: Partial<DatabaseOptions>): Database;
  /** Runs SQL as the superuser, without row-level security. */
  sql<R extends object>(text: string, values?: readonly unknown[]): Promise<R[]>;
  stop(): Promise<void>;
}

/** Creates and prepares a database; `stop` closes every `Database` opened from it. */
export async function testDatabase(serverUrl?: string): Promise<TestDatabase> {
  const fresh = await freshDatabase(serverUrl);
  await prepareDatabase(fresh.url, services, ROLE_SECRET);
  const admin = new pg.Pool({ connectionString: fresh.url, max: 2, options: `-c search_path=${SERVICE}` });
  admin.on('error', () => undefined);
  const opened: Database[] = [];
  return {
    url: fresh.url,
    open: (options = {}) => {
      const database = new Database({
        url: fresh.url,
        roleSecret: ROLE_SECRET,
        service: SERVICE,
        log: collectingLog(),
        ...options,
      });
      opened.push(database);
      return database;
    },
    sql: async <R extends object>(text: string, values: readonly unknown[] = []) => {
      const { rows } = await admin.query<R>(text, [...values]);
      return rows;
    },
    stop: async () => {
      await Promise.all(opened.map((database) => database.close()));
      await admin.end();
      await fresh.drop();
    },
  };
}

export function aDraft(scope: Scope = ORG_A, data: unknown = {}): FactDraft {
  return { type: 'thing.made', version: 1, scope, origin: systemOrigin(scope, 'request-1'), data };
}

export interface Published {
  readonly subject: string;
  readonly payload: string;
  readonly options: PublishOptions;
}

/** Records published messages; `fail` returns the error to throw for a subject. */
export class MemoryPublisher extends FactPublisher {
  readonly published: Published[] = [];
  fail: (subject: string) => Error | undefined = () => undefined;

  override async publish(subject: string, payload: string | Uint8Array, options: PublishOptions): Promise<void> {
    const error = this.fail(subject);
    if (error !== undefined) throw error;
    this.published.push({ subject, payload: String(payload), options });
  }

  get ids(): string[] {
    return this.published.map(({ options }) => options.msgId);
  }
}
