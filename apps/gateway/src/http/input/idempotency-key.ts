import { Inject, Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import canonicalize from 'canonicalize';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { createHash } from 'node:crypto';
import { Observable } from 'rxjs';
import { PLATFORM, type IdempotencyScope } from '#libs/contracts';
import { RpcClient } from '#libs/bus';
import { invalid } from '#libs/kernel';

const KEY = /^[\x21-\x7e]{1,255}$/;
const RULE = 'Must be 1 to 255 visible ASCII characters';

/**
 * `Idempotency-Key` on a POST of a signed-in person, or `idempotency_key` in the body of a POST that creates: requests of the
 * handler to other services take effect once under this key. The service stores the answer; the gateway passes on the key with its
 * owner, the route and a fingerprint of the request.
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
    // Keys belong to people: the keys of anonymous callers could collide.
    if (key === undefined || request.caller?.kind !== 'person') return next.handle();
    const idempotency = scopeOf(request, key);
    const onReplayed = (): void => void reply.header('idempotent-replayed', 'true');
    return new Observable((observer) =>
      this.rpc.within({ idempotency, onReplayed }, () => next.handle().subscribe(observer)),
    );
  }
}

/** Removes the key from the body, which then holds only the fields of the new object. @throws AppError `bad_request` */
function keyOf(request: FastifyRequest, reply: FastifyReply): string | undefined {
  const header = request.headers['idempotency-key'];
  const field = reply.statusCode === 201 ? takeField(request) : undefined;
  if (header !== undefined && field !== undefined && header !== field) {
    throw invalid(
      'bad_request',
      'idempotency_key',
      'The header Idempotency-Key and the field idempotency_key differ: send only one of them',
    );
  }
  const key = header ?? field;
  if (key === undefined || (typeof key === 'string' && KEY.test(key))) return key;
  throw invalid('bad_request', 'idempotency_key', RULE);
}

function takeField(request: FastifyRequest): unknown {
  const { body } = request;
  if (typeof body !== 'object' || body === null || Array.isArray(body) || !('idempotency_key' in body))
    return undefined;
  const { idempotency_key: field, ...rest } = body;
  request.body = rest;
  return field;
}

/** The organization counts by its id, by whichever name the path has it; the other path parameters are part of the fingerprint. */
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
