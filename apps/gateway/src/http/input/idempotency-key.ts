import { Inject, Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import canonicalize from 'canonicalize';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { createHash } from 'node:crypto';
import { Observable } from 'rxjs';
import { PLATFORM, type IdempotencyScope } from '#libs/contracts';
import { AppError } from '#libs/kernel';
import { RpcClient } from '#libs/bus';

const KEY = /^[\x21-\x7e]{1,255}$/;
const RULE = 'An idempotency key has 1 to 255 visible ASCII characters';

/**
 * `Idempotency-Key` on a POST of a signed-in person, or `idempotency_key` in the body of one that creates: whatever the handler
 * asks of services is done once under this key. The service keeps the answer; here it is only said whose key it is, and for what.
 */
@Injectable()
export class IdempotencyKey implements NestInterceptor {
  constructor(@Inject(RpcClient) private readonly rpc: RpcClient) {}

  intercept(context: ExecutionContext, next: CallHandler<unknown>): Observable<unknown> {
    const http = context.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    if (request.method !== 'POST') return next.handle();
    const reply = http.getResponse<FastifyReply>();
    const key = keyOf(request, reply);
    // Without a caller nobody could be told from somebody else with the same key.
    if (key === undefined || request.caller?.kind !== 'person') return next.handle();
    const idempotency = scopeOf(request, key);
    const onReplayed = (): void => void reply.header('idempotent-replayed', 'true');
    return new Observable((observer) =>
      this.rpc.within({ idempotency, onReplayed }, () => next.handle().subscribe(observer)),
    );
  }
}

/** Takes the key out of the body, so that what is left is what the caller wants to be made. @throws AppError 400 `bad_request` */
function keyOf(request: FastifyRequest, reply: FastifyReply): string | undefined {
  const header = request.headers['idempotency-key'];
  const field = reply.statusCode === 201 ? takeField(request) : undefined;
  if (header !== undefined && field !== undefined && header !== field) {
    throw refused('The header Idempotency-Key and the field idempotency_key differ: send one of them');
  }
  const key = header ?? field;
  if (key === undefined || (typeof key === 'string' && KEY.test(key))) return key;
  throw refused(RULE);
}

function takeField(request: FastifyRequest): unknown {
  const { body } = request;
  if (typeof body !== 'object' || body === null || Array.isArray(body) || !('idempotency_key' in body))
    return undefined;
  const { idempotency_key: field, ...rest } = body;
  request.body = rest;
  return field;
}

function refused(message: string): AppError {
  return new AppError('bad_request', message, [{ field: 'idempotency_key', message: RULE }]);
}

/** The organization is its id, however the path calls it; what else the path names is part of what is asked. */
function scopeOf(request: FastifyRequest, key: string): IdempotencyScope {
  const { caller, routeOptions, params, body } = request;
  if (caller?.kind !== 'person') throw new TypeError('An idempotency key belongs to a person');
  const { org: _org, ...named } = params as Record<string, string>;
  return {
    key,
    caller: caller.user.id,
    route: `POST ${routeOptions.url ?? ''} ${caller.membership?.organization.id ?? PLATFORM}`,
    fingerprint: createHash('sha256')
      .update(String(canonicalize([named, body ?? null])))
      .digest('base64url'),
  };
}
