import type { FastifyRequest } from 'fastify';
import { PLATFORM, SLUG, UUID, type KeyRecord, type Membership, type UserView } from '#libs/contracts';
import { AppError } from '#libs/kernel';
import { bearer, noteAttempt, type Guard, type PersonAccess } from '#libs/http';
import { noteRevoked } from '#libs/edge';
import type { KeyCheck } from '#libs/api-keys';
import type { AccessTokens, Memberships, Users } from '../../application/access/ports.js';
import { covers, fulfils } from '../../domain/permissions.js';

export interface PersonGuardParts {
  readonly tokens: AccessTokens;
  readonly memberships: Memberships;
  readonly users: Users;
  readonly keys: KeyCheck;
}

/** Lets signed-in people in who fulfil what the route asks. Whoever is no member of an organization does not learn that it exists. */
export function personGuard(parts: PersonGuardParts): Guard<PersonAccess> {
  return async (request, access) => {
    const token = bearer(request);
    if (token.startsWith('loom_')) return refuseKey(request, token, parts.keys);
    const { userId, scope, sessionId, expiresAt } = await parts.tokens.verify(token);
    noteAttempt(request, { actor: { type: 'user', id: userId }, scope: PLATFORM });
    const who =
      access.in === 'org' ? await memberOf(request, userId, parts) : { user: await userOf(userId, parts.users) };
    admit(request, access, who, scope);
    request.caller = { kind: 'person', ...who, scope, sessionId, expiresAt };
  };
}

/** A key that is not even one of ours is no key: nobody learns which keys exist from the difference of 401 and 403. */
async function refuseKey(request: FastifyRequest, key: string, keys: KeyCheck): Promise<never> {
  const record = await recordOf(request, key, keys);
  noteAttempt(request, { actor: { type: 'api_key', id: record.id }, scope: record.org_id });
  throw new AppError('forbidden_for_key_type', 'This is for signed-in people: an API key may not do it');
}

async function recordOf(request: FastifyRequest, key: string, keys: KeyCheck): Promise<KeyRecord> {
  try {
    return await keys.check(key, request.ip);
  } catch (error) {
    noteRevoked(request, keys, key);
    throw error;
  }
}

interface Who {
  readonly user: UserView;
  readonly membership?: Membership;
}

async function memberOf(request: FastifyRequest, userId: string, { memberships }: PersonGuardParts): Promise<Who> {
  const { org = '' } = request.params as { org?: string };
  if (!SLUG.test(org) && !UUID.test(org)) throw new AppError('not_found', 'There is no such organization');
  const membership = await memberships.get(userId, org).catch((error: unknown) => {
    const actor = { type: 'user', id: userId } as const;
    if (isUnknown(error)) noteAttempt(request, { actor, scope: PLATFORM, reason: 'other_organization' });
    throw error;
  });
  const { user, organization } = membership;
  noteAttempt(request, { actor: { type: 'user', id: user.id, name: user.email }, scope: organization.id });
  return { user, membership };
}

async function userOf(userId: string, users: Users): Promise<UserView> {
  try {
    return await users.get(userId);
  } catch (error) {
    if (!isUnknown(error)) throw error;
    throw new AppError('invalid_token', 'The access token is of somebody who is no longer known');
  }
}

function isUnknown(error: unknown): boolean {
  return error instanceof AppError && error.code === 'not_found';
}

function admit(
  request: FastifyRequest,
  access: PersonAccess,
  { user, membership }: Who,
  scope: string | undefined,
): void {
  const reads = request.method === 'GET' || request.method === 'HEAD';
  if (!covers(scope, access.scope ?? (reads ? 'read' : 'write'))) {
    throw new AppError('forbidden', 'The access token does not cover this');
  }
  const isAllowed =
    membership === undefined ? access.in !== 'platform' || user.is_super_admin : fulfils(membership, access);
  if (!isAllowed) throw new AppError('forbidden', 'This needs a permission that you do not have');
}
