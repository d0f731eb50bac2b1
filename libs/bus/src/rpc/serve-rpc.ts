import type { Origin, RpcReply, RpcRequest } from '#libs/contracts';
import { errorStatus, isErrorCode } from '#libs/kernel';
import { withLogContext, type LogContext, type Logger, type QueryTotals } from '#libs/observability';
import { outcomeOf, type RpcMetrics } from './rpc-metrics.js';

export interface ServedRpc {
  readonly subject: string;
  readonly context: LogContext;
  readonly logger: Logger;
  readonly metrics?: RpcMetrics;
}

/** Answers a request in its log context, with one line at debug when it ends, and counts it. */
export function serveRpc(rpc: ServedRpc, answer: () => Promise<RpcReply<unknown>>): Promise<RpcReply<unknown>> {
  const startedAt = performance.now();
  const totals: QueryTotals = { queries: 0, queryMs: 0, rows: 0 };
  return withLogContext(
    rpc.context,
    async () => {
      const reply = await answer();
      ended(rpc, reply, totals, performance.now() - startedAt);
      return reply;
    },
    totals,
  );
}

/** The fields of log lines about the work of a request: the ids of its caller, organization and trace. */
export function contextOf(request: Pick<RpcRequest<unknown>, 'origin'>, requestId?: string): LogContext {
  const { origin } = request;
  return origin === undefined ? { request_id: requestId } : contextOfOrigin(origin);
}

export function contextOfOrigin({ request_id, scope, actor, traceparent }: Origin): LogContext {
  return {
    request_id,
    org_id: scope,
    ...(actor.type === 'user' && { user_id: actor.id }),
    ...(actor.type === 'api_key' && { key_id: actor.id }),
    traceparent,
  };
}

function ended(
  { subject, logger, metrics }: ServedRpc,
  reply: RpcReply<unknown>,
  totals: QueryTotals,
  ms: number,
): void {
  metrics?.served(subject, outcomeOf(statusOf(reply)), ms);
  if (!logger.isLevelEnabled('debug')) return;
  const fields = {
    component: 'service',
    action: 'serve',
    operation: subject,
    duration_ms: round(ms),
    queries: totals.queries,
    query_ms: round(totals.queryMs),
    rows: totals.rows,
    ...(reply.ok ? {} : { code: reply.error.code }),
  };
  logger.debug(fields, 'a request was answered');
}

function statusOf(reply: RpcReply<unknown>): number {
  if (reply.ok) return 200;
  return isErrorCode(reply.error.code) ? errorStatus(reply.error.code) : 500;
}

function round(ms: number): number {
  return Math.round(ms * 10) / 10;
}
