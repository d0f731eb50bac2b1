import type { FastifyRequest } from 'fastify';
import { AppError } from '#libs/kernel';
import { PLATFORM, type KeyRecord } from '#libs/contracts';
import { bearer, isBeacon, noteAttempt, type Guard, type KeysAccess } from '#libs/http';
import type { KeyCheck } from '#libs/api-keys';

/**
 * Admits API keys of the route's types; without a promise for a verified key. While no ruleset is held, a key that cannot be looked
 * up is refused with 503 `not_initialised`.
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
  return new AppError('not_initialised', 'This process has no data yet; try again shortly', [], { cause: error });
}

function refuse(request: FastifyRequest, check: KeyCheck, key: string, error: unknown): never {
  noteRevoked(request, check, key);
  throw error;
}

/** Notes the use of a revoked key, for the audit. To be called by guards with a key that `check` refused. */
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

/** Takes the key out of the body: the rest is the same as with the key in a header. */
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
    throw new AppError('forbidden_for_key_type', `Keys of the type ${record.key_type} may not do this`);
  }
  request.caller = { kind: 'key', record };
}
