import type { FastifyRequest } from 'fastify';
import { AppError } from '#libs/kernel';
import type { KeyRecord } from '#libs/contracts';
import { bearer, type Guard, type KeysAccess } from '../http/index.js';
import type { KeyCheck } from '../keys/index.js';

/** Lets API keys of the route's types in; synchronous for a key that is known. */
export function keysGuard(check: KeyCheck): Guard<KeysAccess> {
  return (request, access) => {
    const found = check.check(credential(request, access), request.ip);
    if (found instanceof Promise) return found.then((record) => admit(request, access, record));
    admit(request, access, found);
  };
}

function credential(request: FastifyRequest, { apiKeyHeader }: KeysAccess): string {
  const header = request.headers['x-api-key'];
  return apiKeyHeader === true && typeof header === 'string' ? header : bearer(request);
}

function admit(request: FastifyRequest, { types }: KeysAccess, record: KeyRecord): void {
  if (!types.includes(record.key_type)) {
    throw new AppError('forbidden_for_key_type', `A ${record.key_type} key may not do this`);
  }
  request.caller = { kind: 'key', record };
}
