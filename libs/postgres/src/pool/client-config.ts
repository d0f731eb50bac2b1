import type { ClientConfig } from 'pg';

/** Default of `connectTimeoutMs`. */
export const CONNECT_TIMEOUT_MS = 1_000;
export const IDLE_TIMEOUT_MS = 20_000;

/**
 * Limits of every session at run time, in ms. The client's `query_timeout` is longer than the server's `statement_timeout`, which
 * ends a statement first.
 */
export const sessionLimits = {
  statement_timeout: 3_000,
  lock_timeout: 2_000,
  idle_in_transaction_session_timeout: 10_000,
  query_timeout: 4_000,
} as const;

/** Sets the schema of the service as search path, and TCP keepalive that detects a vanished client within about 15 s. */
export function sessionOptions(service: string): string {
  return `-c search_path=${service} -c tcp_keepalives_idle=5 -c tcp_keepalives_interval=3 -c tcp_keepalives_count=3`;
}

/** Returns the configuration of a single connection outside the pools. */
export function clientConfig(
  url: string,
  service: string,
  purpose: string,
  connectTimeoutMs = CONNECT_TIMEOUT_MS,
): ClientConfig {
  return {
    connectionString: url,
    application_name: `loom_${service}_${purpose}`,
    connectionTimeoutMillis: connectTimeoutMs,
    keepAlive: true,
    ...sessionLimits,
    options: sessionOptions(service),
  };
}
