import { Server, type CustomTransportStrategy } from '@nestjs/microservices';
import type { Msg } from '@nats-io/transport-node';
import { lastValueFrom, type Observable } from 'rxjs';
import { AppError } from '#libs/kernel';
import type { Answered, IdempotencyScope, RpcError, RpcReply, RpcRequest } from '#libs/contracts';
import type { Logger } from '#libs/observability';
import type { Bus } from '../connection/bus.js';
import { DEADLINE_HEADER } from './rpc-client.js';

/** Does the work of a command unless it was done under this key before. */
export type Once = (subject: string, scope: IdempotencyScope, work: () => Promise<unknown>) => Promise<Answered>;

/** One group for all processes, whatever they are called: a command is for one of them, also while `standalone` and single services run side by side. */
const QUEUE = 'loom';

/**
 * Nest's request/reply over our one NATS connection (decision 0002). What Nest's own NATS transport does not do: a malformed
 * request gets an answer, the answer is always an envelope, a request that is too late is refused, errors keep their code.
 */
export class RpcServer extends Server implements CustomTransportStrategy {
  constructor(
    private readonly bus: Bus,
    private readonly log: Logger,
    private readonly once?: Once,
  ) {
    super();
  }

  override listen(callback: () => void): void {
    for (const subject of this.messageHandlers.keys()) {
      this.bus.subscribe(subject, (message) => this.#serve(subject, message), QUEUE);
    }
    callback();
  }

  /** Draining is the bus's: it waits for the handlers that run. */
  override close(): void {}

  override on(): never {
    throw new Error('not supported');
  }

  override unwrap<T>(): T {
    return this.bus as T;
  }

  async #serve(subject: string, message: Msg): Promise<void> {
    const reply = await this.#answer(subject, message);
    // The server lets us answer wherever the question says: nobody who may ask us shall publish facts through us.
    if (message.reply?.startsWith('_INBOX.') === true) message.respond(JSON.stringify(reply));
  }

  async #answer(subject: string, message: Msg): Promise<RpcReply<unknown>> {
    try {
      const deadline = Number(message.headers?.get(DEADLINE_HEADER) ?? 0);
      if (deadline > 0 && Date.now() > deadline) throw new AppError('overloaded', 'The request came too late');
      const request = parseRequest(message);
      const work = (): Promise<unknown> => this.#handle(subject, request);
      if (request.idempotency === undefined || this.once === undefined) return { ok: true, data: await work() };
      const { data, replayed } = await this.once(subject, request.idempotency, work);
      return { ok: true, data, ...(replayed ? { replayed } : {}) };
    } catch (error) {
      return { ok: false, error: this.#toRpcError(subject, error) };
    }
  }

  async #handle(subject: string, request: RpcRequest<unknown>): Promise<unknown> {
    const handler = this.messageHandlers.get(subject)!;
    const result: unknown = await handler(request, undefined);
    const data = isObservable(result) ? await lastValueFrom(result, { defaultValue: null }) : result;
    return data ?? null;
  }

  #toRpcError(subject: string, error: unknown): RpcError {
    if (error instanceof AppError) {
      const { code, message, details, retryable } = error;
      return { code, message, details, retryable };
    }
    this.log.error({ err: error, subject }, 'a request failed');
    return { code: 'internal', message: 'Something went wrong on our side', details: [], retryable: false };
  }
}

function isObservable(value: unknown): value is Observable<unknown> {
  return typeof value === 'object' && value !== null && 'subscribe' in value;
}

function parseRequest(message: Msg): RpcRequest<unknown> {
  let request: unknown;
  try {
    request = message.json();
  } catch {
    throw new AppError('invalid_json', 'The request is not JSON');
  }
  if (typeof request === 'object' && request !== null && 'command' in request) return request as RpcRequest<unknown>;
  throw new AppError('invalid_type', 'The request must be {command, origin?}');
}
