import { createHmac } from 'node:crypto';

/** The three roles of a service: `owner` migrates, `app` is bound by row-level security, `system` sees every row. */
export type DatabaseRole = 'owner' | 'app' | 'system';

export interface PostgresSettings {
  /** LOOM_POSTGRES_URL: of an administrator; only host, port, database and TLS parameters of it are used at run time. */
  readonly url: string;
  /** LOOM_ROLE_SECRET: the roles' passwords are derived from it, so that nobody stores them. */
  readonly roleSecret: string;
  /** Instead of the derived URL of the app role. */
  readonly appUrl?: string;
  /** Instead of the derived URL of the system role. */
  readonly systemUrl?: string;
}

const SERVICE_NAME = /^[a-z][a-z0-9_]{0,30}$/;

/** A service's name is its schema and part of its roles' names, so it is an SQL identifier that needs no quotes. */
export function assertServiceName(service: string): void {
  if (!SERVICE_NAME.test(service)) throw new TypeError(`Not a service name: ${service}`);
}

export function roleName(service: string, role: DatabaseRole): string {
  assertServiceName(service);
  return `loom_${service}_${role}`;
}

/** base64url(HMAC-SHA256(roleSecret, role name)). */
export function rolePassword(roleSecret: string, name: string): string {
  return createHmac('sha256', roleSecret).update(name).digest('base64url');
}

/** The URL under which a service connects as one of its roles. */
export function roleUrl(settings: PostgresSettings, service: string, role: DatabaseRole): string {
  const given = { app: settings.appUrl, system: settings.systemUrl, owner: undefined }[role];
  if (given !== undefined) return given;
  const url = new URL(settings.url);
  url.username = roleName(service, role);
  url.password = rolePassword(settings.roleSecret, url.username);
  return url.toString();
}
