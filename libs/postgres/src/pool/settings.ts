import { createHmac } from 'node:crypto';

/** The three roles of a service: `owner` runs migrations, `app` is restricted by row-level security, `system` sees every row. */
export type DatabaseRole = 'owner' | 'app' | 'system';

export interface PostgresSettings {
  /** LOOM_POSTGRES_URL: the URL of an administrator. Only its host, port, database and TLS parameters are used at run time. */
  readonly url: string;
  /** LOOM_ROLE_SECRET: the passwords of the roles are derived from it, so that they are not stored. */
  readonly roleSecret: string;
  /** Time in which a connection must be made and a transaction begin; after it Postgres counts as away. Default: 1,000. */
  readonly connectTimeoutMs?: number;
  /** Replaces the derived URL of the app role. */
  readonly appUrl?: string;
  /** Replaces the derived URL of the system role. */
  readonly systemUrl?: string;
}

const SERVICE_NAME = /^[a-z][a-z0-9_]{0,30}$/;

/**
 * The name of a service is its schema and part of its role names, so it must be an SQL identifier that needs no quotes.
 * @throws TypeError
 */
export function assertServiceName(service: string): void {
  if (!SERVICE_NAME.test(service))
    throw new TypeError(`Not a service name: ${service}; it must match ${SERVICE_NAME.source}`);
}

export function roleName(service: string, role: DatabaseRole): string {
  assertServiceName(service);
  return `loom_${service}_${role}`;
}

/** base64url(HMAC-SHA256(roleSecret, role name)). */
export function rolePassword(roleSecret: string, name: string): string {
  return createHmac('sha256', roleSecret).update(name).digest('base64url');
}

/** Returns the URL by which a service connects as one of its roles. */
export function roleUrl(settings: PostgresSettings, service: string, role: DatabaseRole): string {
  const given = { app: settings.appUrl, system: settings.systemUrl, owner: undefined }[role];
  if (given !== undefined) return given;
  const url = new URL(settings.url);
  url.username = roleName(service, role);
  url.password = rolePassword(settings.roleSecret, url.username);
  return url.toString();
}
