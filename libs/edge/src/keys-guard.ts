import type { FastifyRequest } from 'fastify';
import { AppError } from '#libs/kernel';
import { PLATFORM, type KeyRecord } from '#libs/contracts';
import { bearer, isBeacon, noteAttempt, type Guard, type KeysAccess } from '#libs/http';
import type { KeyCheck } from '#libs/api-keys';

/**
 * Lets API keys of the route's types in; synchronous for a key that is known. Where nothing is held yet, a key that nobody can
 * be asked about is told that: 503 `not_initialised`.
 */
export function keysGuard(check: KeyCheck, isInitialised: () => boolean = () => true): Guard<KeysAccess> {
  return (request, access) => {
    const key = credential(request, access);
    try {
      const found = check.check(key, request.ip);
      if (!(found instanceof Promise)) return admit(request, access, found);
      return found.then(
        (record) => admit(request, access, record),
        (error: unknown) => refuse(request, check, key, isInitialised() ? error : uninitialised(error)),
      );
    } catch (error) {
      refuse(request, check, key, error);
    }
  };
}

function uninitialised(error: unknown): unknown {
  if (!(error instanceof AppError) || error.code !== 'bus_unavailable') return error;
  return new AppError('not_initialised', 'Nothing is known yet; try again shortly', [], { cause: error });
}

function refuse(request: FastifyRequest, check: KeyCheck, key: string, error: unknown): never {
  noteRevoked(request, check, key);
  throw error;
}

/** For guards, of a key that `check` refused: who goes on with a key that was taken from them is worth a note. */
export function noteRevoked(request: FastifyRequest, check: KeyCheck, key: string): void {
  const revoked = check.revoked(key);
  if (revoked === undefined) return;
  const { lookupId, owner } = revoked;
  const actor = { type: 'api_key', id: owner?.keyId ?? lookupId } as const;
  noteAttempt(request, { actor, scope: owner?.orgId ?? PLATFORM, reason: 'revoked_key' });
}

function credential(request: FastifyRequest, { apiKeyHeader, beacon }: KeysAccess): string {
  if (beacon === true && isBeacon(request)) return takeFromBody(request);
  const header = request.headers['x-api-key'];
  return apiKeyHeader === true && typeof header === 'string' ? header : bearer(request);
}

/** From here on the body is what it would be with the key in a header. */
function takeFromBody(request: FastifyRequest): string {
  const { api_key: key, ...rest } = request.body as { readonly api_key?: unknown };
  if (typeof key !== 'string') throw new AppError('unauthenticated', 'Send the write key as api_key in the body');
  request.body = rest;
  return key;
}

function admit(request: FastifyRequest, { types, beacon }: KeysAccess, record: KeyRecord): void {
  const isMisplaced = beacon === true && isBeacon(request) && record.key_type !== 'analytics_write';
  if (!types.includes(record.key_type) || isMisplaced) {
    noteAttempt(request, { actor: { type: 'api_key', id: record.id }, scope: record.org_id });
    throw new AppError('forbidden_for_key_type', `A ${record.key_type} key may not do this`);
  }
  request.caller = { kind: 'key', record };
}
