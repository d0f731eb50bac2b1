import { Server, type CustomTransportStrategy } from '@nestjs/microservices';
import type { Msg } from '@nats-io/transport-node';
import { lastValueFrom, type Observable } from 'rxjs';
import { AppError, RemoteError } from '#libs/kernel';
import type { Answered, IdempotencyScope, RpcError, RpcReply, RpcRequest } from '#libs/contracts';
import type { Logger } from '#libs/observability';
import type { Bus } from '../connection/bus.js';
import { DEADLINE_HEADER, REQUEST_ID_HEADER } from './rpc-client.js';
import type { RpcMetrics } from './rpc-metrics.js';
import { contextOf, serveRpc } from './serve-rpc.js';

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
    private readonly metrics?: RpcMetrics,
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
    const request = readRequest(message);
    const context = contextOf(request instanceof AppError ? {} : request, message.headers?.get(REQUEST_ID_HEADER));
    const served = { subject, context, logger: this.log, metrics: this.metrics };
    const answer = await serveRpc(served, () => this.#answer(subject, message, request));
    const reply = this.#fitting(subject, JSON.stringify(answer));
    // The caller chooses the reply subject, and this process may publish facts. Replies go to inboxes only, so that no caller can
    // make it publish a forged fact.
    if (message.reply?.startsWith('_INBOX.') === true) message.respond(reply);
  }

  /** An answer that cannot be sent becomes a refusal at once: the caller would wait for it until its deadline. */
  #fitting(subject: string, reply: string): string {
    const bytes = Buffer.byteLength(reply);
    if (bytes <= this.bus.maxPayloadBytes) return reply;
    const details = { component: 'service', operation: subject, bytes, max_payload: this.bus.maxPayloadBytes };
    this.log.error(details, 'an answer exceeds max_payload');
    const message = 'The answer is larger than one message may be: ask for less, such as a smaller limit';
    return JSON.stringify({ ok: false, error: this.#toRpcError(subject, new AppError('too_large', message)) });
  }

  async #answer(subject: string, message: Msg, request: RpcRequest<unknown> | AppError): Promise<RpcReply<unknown>> {
    try {
      if (request instanceof AppError) throw request;
      const deadline = Number(message.headers?.get(DEADLINE_HEADER) ?? 0);
      if (deadline > 0 && Date.now() > deadline)
        throw new AppError('overloaded', 'The request arrived after its deadline');
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
      if (error.status >= 500 && !(error instanceof RemoteError))
        this.log.warn({ component: 'service', operation: subject, err: error }, 'a request could not be served');
      const { code, message, details, retryable } = error;
      return { code, message, details, retryable };
    }
    this.log.error({ component: 'service', operation: subject, err: error }, 'a request failed');
    return { code: 'internal', message: 'Something went wrong on our side', details: [], retryable: false };
  }
}

function isObservable(value: unknown): value is Observable<unknown> {
  return typeof value === 'object' && value !== null && 'subscribe' in value;
}

function readRequest(message: Msg): RpcRequest<unknown> | AppError {
  let request: unknown;
  try {
    request = message.json();
  } catch {
    return new AppError('invalid_json', 'The request is not JSON');
  }
  if (typeof request === 'object' && request !== null && 'command' in request) return request as RpcRequest<unknown>;
  return new AppError('invalid_type', 'The request must be {command, origin?}');
}
