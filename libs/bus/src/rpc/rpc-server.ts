import { Server, type CustomTransportStrategy } from '@nestjs/microservices';
import type { Msg } from '@nats-io/transport-node';
import { lastValueFrom, type Observable } from 'rxjs';
import { AppError } from '#libs/kernel';
import type { Answered, IdempotencyScope, RpcError, RpcReply, RpcRequest } from '#libs/contracts';
import type { Logger } from '#libs/observability';
import type { Bus } from '../connection/bus.js';
import { DEADLINE_HEADER } from './rpc-client.js';

/** Runs the work once per idempotency key; returns the stored answer when it has run before. */
export type Once = (subject: string, scope: IdempotencyScope, work: () => Promise<unknown>) => Promise<Answered>;

/** One queue group for all processes: a request goes to one of them, also while `standalone` and single services run together. */
const QUEUE = 'loom';

/**
 * Nest transport for request/reply on the NATS connection of the process (decision 0002). Unlike Nest's own NATS transport it
 * answers malformed requests, always answers with an envelope, refuses requests after their deadline and keeps error codes.
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

  /** Does nothing: `Bus.drain` ends the subscriptions and waits for running handlers. */
  override close(): void {}

  override on(): never {
    throw new Error('not supported');
  }

  override unwrap<T>(): T {
    return this.bus as T;
  }

  async #serve(subject: string, message: Msg): Promise<void> {
    const reply = await this.#answer(subject, message);
    // The caller chooses the reply subject, and this process may publish facts. Replies go to inboxes only, so that no caller can
    // make it publish a forged fact.
    if (message.reply?.startsWith('_INBOX.') === true) message.respond(JSON.stringify(reply));
  }

  async #answer(subject: string, message: Msg): Promise<RpcReply<unknown>> {
    try {
      const deadline = Number(message.headers?.get(DEADLINE_HEADER) ?? 0);
      if (deadline > 0 && Date.now() > deadline)
        throw new AppError('overloaded', 'The request arrived after its deadline');
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
