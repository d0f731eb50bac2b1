import { AsyncLocalStorage } from 'node:async_hooks';

/** What every log line of one piece of work has: an RPC request or a consumed fact. */
export interface LogContext {
  readonly request_id?: string;
  readonly org_id?: string;
  readonly user_id?: string;
  readonly key_id?: string;
  readonly traceparent?: string;
}

/** Queries of one piece of work so far. */
export interface QueryTotals {
  queries: number;
  queryMs: number;
  rows: number;
}

interface Ambient {
  readonly fields: LogContext;
  readonly traceId: string | undefined;
  readonly totals: QueryTotals;
}

const ambient = new AsyncLocalStorage<Ambient>();

/**
 * Runs work, asynchronous calls included: its log lines have the fields of the context, and its queries add to `totals`. Not for hot
 * routes, where it would cost more than the work.
 */
export function withLogContext<T>(
  { traceparent, ...fields }: LogContext,
  work: () => T,
  totals: QueryTotals = { queries: 0, queryMs: 0, rows: 0 },
): T {
  return ambient.run({ fields, traceId: traceIdOf(traceparent), totals }, work);
}

/** Returns the fields for log lines of the current work. */
export function ambientFields(): object | undefined {
  return ambient.getStore()?.fields;
}

export function ambientTraceId(): string | undefined {
  return ambient.getStore()?.traceId;
}

/** Adds a query to the totals of the current work, if any. */
export function countQuery(durationMs: number, rows: number): void {
  const totals = ambient.getStore()?.totals;
  if (totals === undefined) return;
  totals.queries += 1;
  totals.queryMs += durationMs;
  totals.rows += rows;
}

/** The second field of a W3C traceparent: `00-<trace id>-<span id>-01`. */
export function traceIdOf(traceparent: string | undefined): string | undefined {
  return /^[0-9a-f]{2}-([0-9a-f]{32})-/.exec(traceparent ?? '')?.[1];
}
