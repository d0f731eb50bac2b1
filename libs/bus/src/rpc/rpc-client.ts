import { AsyncLocalStorage } from 'node:async_hooks';
import { headers, NoRespondersError, RequestError, TimeoutError, type Msg } from '@nats-io/transport-node';
import { AppError, isErrorCode, RemoteError } from '#libs/kernel';
import type { IdempotencyScope, Origin, Rpc, RpcReply, RpcRequest } from '#libs/contracts';
import type { Logger } from '#libs/observability';
import type { Bus } from '../connection/bus.js';
import { outcomeOf, type RpcMetrics } from './rpc-metrics.js';
import { contextOfOrigin } from './serve-rpc.js';

export const DEADLINE_HEADER = 'x-deadline';
export const REQUEST_ID_HEADER = 'x-request-id';
/** NATS counts the headers as well: the deadline and the id of the request. */
const HEAD_BYTES = 1_024;
const NO_RESPONDERS_TRIES = 3;
const NO_RESPONDERS_WAIT_MS = 50;

export interface AskOptions {
  /**
   * Time until the answer must arrive. Sent along as a deadline: the service does not begin a request after it. Default: 2,000.
   */
  readonly timeoutMs?: number;
  /** The command takes effect once under this key; repeated requests get the first answer. */
  readonly idempotency?: IdempotencyScope;
  /** Called when the answer repeats that of an earlier request with the same idempotency key. */
  readonly onReplayed?: () => void;
}

const ambientOptions = new AsyncLocalStorage<AskOptions>();

/**
 * Sends requests to other services. Every request has a deadline. Failures arrive as the `AppError` that the service threw, or as
 * `bus_unavailable` when NATS is unreachable, no process of the service runs, or no answer arrives in time. In the last case the
 * command may still take effect.
 */
export class RpcClient {
  constructor(
    private readonly bus: Bus,
    private readonly logger?: Logger,
    private readonly metrics?: RpcMetrics,
  ) {}

  /** @throws AppError of the service, `bus_unavailable`, or `too_large` when the request exceeds `max_payload` */
  async ask<C, A>(rpc: Rpc<C, A>, command: C, origin?: Origin, options: AskOptions = {}): Promise<A> {
    const startedAt = performance.now();
    try {
      const answer = await this.#ask(rpc, command, origin, options);
      this.#ended(rpc.subject, origin, 200, startedAt);
      return answer;
    } catch (error) {
      this.#ended(rpc.subject, origin, error instanceof AppError ? error.status : 500, startedAt);
      throw error;
    }
  }

  async #ask<C, A>(rpc: Rpc<C, A>, command: C, origin: Origin | undefined, options: AskOptions): Promise<A> {
    const { timeoutMs = 2_000, idempotency, onReplayed } = { ...ambientOptions.getStore(), ...options };
    const request: RpcRequest<C> = { command, origin, idempotency };
    const payload = JSON.stringify(request);
    if (Buffer.byteLength(payload) + HEAD_BYTES > this.bus.maxPayloadBytes)
      throw new AppError('too_large', 'The request is larger than one message may be');
    const message = await this.#request(rpc.subject, payload, Date.now() + timeoutMs, origin?.request_id);
    const reply = message.json<RpcReply<A>>();
    if (reply.ok && reply.replayed === true) onReplayed?.();
    if (reply.ok) return reply.data;
    const code = isErrorCode(reply.error.code) ? reply.error.code : 'internal';
    throw new RemoteError(code, reply.error.message, reply.error.details);
  }

  /** Counts the request, and writes one line at debug. */
  #ended(subject: string, origin: Origin | undefined, status: number, startedAt: number): void {
    const durationMs = performance.now() - startedAt;
    this.metrics?.asked(subject, outcomeOf(status), durationMs);
    if (this.logger?.isLevelEnabled('debug') !== true) return;
    const { traceparent: _, ...ids } = origin === undefined ? {} : contextOfOrigin(origin);
    const fields = { component: 'messaging', action: 'ask', operation: subject, status };
    this.logger.debug({ ...ids, ...fields, duration_ms: Math.round(durationMs * 10) / 10 }, 'a request was asked');
  }

  /** Applies the options to every `ask` within `work`, asynchronous calls included; options of a single `ask` take precedence. */
  within<T>(options: AskOptions, work: () => T): T {
    return ambientOptions.run(options, work);
  }

  async #request(subject: string, payload: string, deadline: number, requestId?: string): Promise<Msg> {
    const head = headers();
    head.set(DEADLINE_HEADER, String(deadline));
    if (requestId !== undefined) head.set(REQUEST_ID_HEADER, requestId);
    for (let attempt = 1; ; attempt += 1) {
      try {
        const timeout = Math.max(1, deadline - Date.now());
        return await this.bus.live().request(subject, payload, { timeout, headers: head });
      } catch (error) {
        if (!isNoResponders(error) || attempt === NO_RESPONDERS_TRIES) throw unavailable(subject, error);
        await new Promise((resolve) => setTimeout(resolve, NO_RESPONDERS_WAIT_MS));
      }
    }
  }
}

function isNoResponders(error: unknown): boolean {
  return error instanceof NoRespondersError || (error instanceof RequestError && error.isNoResponders());
}

function unavailable(subject: string, error: unknown): AppError {
  if (error instanceof AppError) return error;
  const service = subject.split('.')[1];
  const why = error instanceof TimeoutError ? 'did not answer in time' : 'is not reachable';
  return new AppError('bus_unavailable', `The ${service} service ${why}; try again shortly`, [], { cause: error });
}
