import { AsyncLocalStorage } from 'node:async_hooks';
import { headers, NoRespondersError, RequestError, TimeoutError, type Msg } from '@nats-io/transport-node';
import { AppError, isErrorCode } from '#libs/kernel';
import type { IdempotencyScope, Origin, Rpc, RpcReply, RpcRequest } from '#libs/contracts';
import type { Bus } from '../connection/bus.js';

export const DEADLINE_HEADER = 'x-deadline';
const REQUEST_ID_HEADER = 'x-request-id';
const NO_RESPONDERS_TRIES = 3;
const NO_RESPONDERS_WAIT_MS = 50;

export interface AskOptions {
  /** How long the answer may take, default 2,000. The service is told and refuses to begin after it. */
  readonly timeoutMs?: number;
  /** The command has its effect once under this key; asked again, the first answer comes again. */
  readonly idempotency?: IdempotencyScope;
  /** Called when the answer is one that was given before. */
  readonly onReplayed?: () => void;
}

const everyAsk = new AsyncLocalStorage<AskOptions>();

/**
 * Asks other services. Every question has a deadline; failures arrive as the `AppError` that the other side threw, or as 503
 * `bus_unavailable` when there is no bus, no service or no answer in time (then the command may have been carried out).
 */
export class RpcClient {
  constructor(private readonly bus: Bus) {}

  async ask<C, A>(rpc: Rpc<C, A>, command: C, origin?: Origin, options: AskOptions = {}): Promise<A> {
    const { timeoutMs = 2_000, idempotency, onReplayed } = { ...everyAsk.getStore(), ...options };
    const request: RpcRequest<C> = { command, origin, idempotency };
    const payload = JSON.stringify(request);
    if (payload.length > this.bus.maxPayloadBytes)
      throw new AppError('too_large', 'This is more than one message holds');
    const message = await this.#request(rpc.subject, payload, Date.now() + timeoutMs, origin?.request_id);
    const reply = message.json<RpcReply<A>>();
    if (reply.ok && reply.replayed === true) onReplayed?.();
    if (reply.ok) return reply.data;
    const code = isErrorCode(reply.error.code) ? reply.error.code : 'internal';
    throw new AppError(code, reply.error.message, reply.error.details);
  }

  /** Everything that is asked in the work is asked with these options. */
  within<T>(options: AskOptions, work: () => T): T {
    return everyAsk.run(options, work);
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
