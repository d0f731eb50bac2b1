import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from 'pg';
import { roleName, rolePassword, type DatabaseRole } from '../pool/settings.js';

const ROLES: readonly DatabaseRole[] = ['owner', 'app', 'system'];
const ALREADY_THERE = new Set(['42710', '23505']);
const TRIES = 10;

/** Creates or corrects the roles and the schema of one service. Idempotent. */
export async function prepareService(admin: Client, service: string, roleSecret: string): Promise<void> {
  for (const role of ROLES) await prepareRole(admin, roleName(service, role), roleSecret);
  await patiently(() => admin.query(schemaSql(service)));
}

async function prepareRole(admin: Client, name: string, roleSecret: string): Promise<void> {
  const password = admin.escapeLiteral(rolePassword(roleSecret, name));
  const attributes = `login password ${password}`;
  const { rowCount } = await admin.query('select 1 from pg_roles where rolname = $1', [name]);
  if (rowCount === 0) {
    await admin.query(`create role ${name} ${attributes} nosuperuser nobypassrls`).catch(ignoreExisting);
  }
  await patiently(() => admin.query(`alter role ${name} ${attributes}`));
}

/**
 * An administrator who is no superuser (managed Postgres) must belong to the owner to give it a schema. The system role may
 * become the app role for a part of a transaction (`set local role`), and has none of its policies until it does.
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
 * Roles belong to the whole server while an advisory lock holds in one database: two databases of a server that are prepared
 * at once meet here, as "tuple concurrently updated".
 */
async function patiently(statement: () => Promise<unknown>): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      await statement();
      return;
    } catch (error) {
      const concurrent = error instanceof Error && error.message.includes('concurrently');
      if (!concurrent || tries === TRIES) throw error;
      await sleep(20 * tries);
    }
  }
}

function ignoreExisting(error: unknown): void {
  const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined;
  if (typeof code !== 'string' || !ALREADY_THERE.has(code)) throw error;
}
