import type { FastifyRequest } from 'fastify';
import { idOf, PLATFORM, SLUG, type KeyRecord, type Membership, type UserView } from '#libs/contracts';
import { AppError } from '#libs/kernel';
import { bearer, noteAttempt, type Guard, type PersonAccess } from '#libs/http';
import { noteRevoked } from '#libs/edge';
import type { KeyCheck } from '#libs/api-keys';
import type { AccessTokens, Memberships, Users } from '../../application/access/ports.js';
import { covers, fulfils } from '../../domain/permissions.js';

export interface PersonGuardParts {
  readonly tokens: AccessTokens;
  readonly memberships: Pick<Memberships, 'get'>;
  readonly users: Pick<Users, 'get'>;
  readonly keys: KeyCheck;
}

/** Admits signed-in people that fulfil the route's requirement. To others an organization looks as if it did not exist. */
export function personGuard(parts: PersonGuardParts): Guard<PersonAccess> {
  return async (request, access) => {
    const token = bearer(request);
    if (token.startsWith('loom_')) return refuseKey(request, token, parts.keys);
    const { userId, scope, sessionId, expiresAt } = await parts.tokens.verify(token);
    noteAttempt(request, { actor: { type: 'user', id: userId }, scope: PLATFORM });
    const identity =
      access.in === 'org' ? await memberOf(request, userId, parts) : { user: await userOf(userId, parts.users) };
    admit(request, access, identity, scope);
    request.caller = { kind: 'person', ...identity, scope, sessionId, expiresAt };
  };
}

/** 403 for valid API keys only: invalid keys are 401, as on every other route. */
async function refuseKey(request: FastifyRequest, key: string, keys: KeyCheck): Promise<never> {
  const record = await recordOf(request, key, keys);
  noteAttempt(request, { actor: { type: 'api_key', id: record.id }, scope: record.org_id });
  throw new AppError('forbidden_for_key_type', 'This route is for signed-in people; API keys are not accepted');
}

async function recordOf(request: FastifyRequest, key: string, keys: KeyCheck): Promise<KeyRecord> {
  try {
    return await keys.check(key, request.ip);
  } catch (error) {
    noteRevoked(request, keys, key);
    throw error;
  }
}

interface Identity {
  readonly user: UserView;
  readonly membership?: Membership;
}

async function memberOf(request: FastifyRequest, userId: string, { memberships }: PersonGuardParts): Promise<Identity> {
  const { org: given = '' } = request.params as { org?: string };
  const org = idOf(given) ?? (SLUG.test(given) ? given : undefined);
  if (org === undefined) throw new AppError('not_found', 'There is no such organization');
  const membership = await memberships.get(userId, org).catch((error: unknown) => {
    const actor = { type: 'user', id: userId } as const;
    if (isUnknown(error)) noteAttempt(request, { actor, scope: PLATFORM, reason: 'other_organization' });
    throw error;
  });
  const { user, organization } = membership;
  noteAttempt(request, { actor: { type: 'user', id: user.id, name: user.email }, scope: organization.id });
  return { user, membership };
}

async function userOf(userId: string, users: Pick<Users, 'get'>): Promise<UserView> {
  try {
    return await users.get(userId);
  } catch (error) {
    if (!isUnknown(error)) throw error;
    throw new AppError('invalid_token', 'The person of the access token does not exist any more');
  }
}

function isUnknown(error: unknown): boolean {
  return error instanceof AppError && error.code === 'not_found';
}

function admit(
  request: FastifyRequest,
  access: PersonAccess,
  { user, membership }: Identity,
  scope: string | undefined,
): void {
  const reads = request.method === 'GET' || request.method === 'HEAD';
  if (!covers(scope, access.scope ?? (reads ? 'read' : 'write'))) {
    throw new AppError('forbidden', 'The scope of the access token does not cover this request');
  }
  const isAllowed =
    membership === undefined ? access.in !== 'platform' || user.is_super_admin : fulfils(membership, access);
  if (!isAllowed) throw new AppError('forbidden', 'You lack the permission that this request needs');
}
