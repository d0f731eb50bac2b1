import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from 'pg';
import { roleName, rolePassword, type DatabaseRole } from '../pool/settings.js';

const ROLES: readonly DatabaseRole[] = ['owner', 'app', 'system'];
const ALREADY_EXISTS = new Set(['42710', '23505']);
const TRIES = 10;

/** Creates or corrects the roles and the schema of one service. Idempotent. */
export async function prepareService(admin: Client, service: string, roleSecret: string): Promise<void> {
  for (const role of ROLES) await prepareRole(admin, roleName(service, role), roleSecret);
  await retryConcurrent(() => admin.query(schemaSql(service)));
}

async function prepareRole(admin: Client, name: string, roleSecret: string): Promise<void> {
  const password = admin.escapeLiteral(rolePassword(roleSecret, name));
  const attributes = `login password ${password}`;
  const { rowCount } = await admin.query('select 1 from pg_roles where rolname = $1', [name]);
  if (rowCount === 0) {
    await admin.query(`create role ${name} ${attributes} nosuperuser nobypassrls`).catch(ignoreExisting);
  }
  await retryConcurrent(() => admin.query(`alter role ${name} ${attributes}`));
}

/**
 * An administrator without superuser rights (managed Postgres) must be a member of the owner role to create a schema for it. The
 * system role may switch to the app role for part of a transaction (`set local role`); `noinherit` keeps the policies of the
 * app role from applying before.
 */
function schemaSql(service: string): string {
  const [owner, app, system] = ROLES.map((role) => roleName(service, role));
  return `
    do $$ begin
      if not pg_has_role(current_user, '${owner}', 'member') then execute format('grant ${owner} to %I', current_user); end if;
    end $$;
    alter role ${system} noinherit;
    grant ${app} to ${system};
    create schema if not exists ${service} authorization ${owner};
    grant usage on schema ${service} to ${app}, ${system};
    alter default privileges for role ${owner} in schema ${service}
      grant select, insert, update, delete on tables to ${app}, ${system};
    alter default privileges for role ${owner} in schema ${service} grant usage, select on sequences to ${app}, ${system};`;
}

/**
 * Repeats a statement that fails with "tuple concurrently updated". Roles belong to the whole server, but an advisory lock to one
 * database, so jobs for two databases of a server may change the same role at once.
 */
async function retryConcurrent(statement: () => Promise<unknown>): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      await statement();
      return;
    } catch (error) {
      const isConcurrent = error instanceof Error && error.message.includes('concurrently');
      if (!isConcurrent || tries === TRIES) throw error;
      await sleep(20 * tries);
    }
  }
}

function ignoreExisting(error: unknown): void {
  const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined;
  if (typeof code !== 'string' || !ALREADY_EXISTS.has(code)) throw error;
}
