import type { FastifyRequest } from 'fastify';
import type { Membership } from '#libs/contracts';
import type { PersonAccess } from '#libs/http';
import { AppError } from '#libs/kernel';
import { aCheck, aKey, KEY } from '#libs/testing';
import { aMembership, aRequest, ORG, USER_ID } from '../../../test/builders.js';
import { may } from '../../domain/permissions.js';
import { personGuard } from './person-guard.js';

interface Given {
  readonly membership?: Membership;
  /** Scope of the access token. */
  readonly scope?: string;
  readonly isUserUnknown?: boolean;
  readonly failure?: AppError;
}
const notFound = new AppError('not_found', 'Not found');
const EXPIRES_AT = 1_772_359_200_000;

/** The outcome of the guard: `admitted`, or the code of the refusal. */
async function outcome(
  access: Omit<PersonAccess, 'kind'>,
  given: Given = {},
  request = bearing('token'),
): Promise<string> {
  const { membership, scope, isUserUnknown = false, failure } = given;
  const guard = personGuard({
    tokens: { verify: () => Promise.resolve({ userId: USER_ID, scope, sessionId: 's-1', expiresAt: EXPIRES_AT }) },
    memberships: {
      get: () => (membership === undefined ? Promise.reject(failure ?? notFound) : Promise.resolve(membership)),
    },
    users: { get: () => (isUserUnknown ? Promise.reject(failure ?? notFound) : Promise.resolve(aUser())) },
    keys: aCheck().check,
  });
  try {
    await guard(request, { kind: 'person', ...access });
    return 'admitted';
  } catch (error) {
    return error instanceof AppError ? error.code : String(error);
  }
}

const aUser = () => aMembership({ role: 'member' }).user;
function bearing(token: string, parts: Partial<FastifyRequest> = {}): FastifyRequest {
  return aRequest({ headers: { authorization: `Bearer ${token}` }, params: { org: ORG.slug }, ...parts });
}

describe('the guard of signed-in people', () => {
  it.each<[string, Omit<PersonAccess, 'kind'>, Given, string]>([
    ['any person on a route without a requirement', {}, {}, 'admitted'],
    ['a member', may.read, { membership: aMembership({ role: 'member' }) }, 'admitted'],
    ['a person without a membership', may.read, {}, 'not_found'],
    [
      'a member where admins are required',
      may.editObjects,
      { membership: aMembership({ role: 'member' }) },
      'forbidden',
    ],
    ['an admin', may.editObjects, { membership: aMembership({ role: 'admin' }) }, 'admitted'],
    [
      'a super admin where members are required',
      may.editObjects,
      { membership: aMembership({ role: null, isSuperAdmin: true }) },
      'forbidden',
    ],
    [
      'a super admin where members may read',
      may.read,
      { membership: aMembership({ role: null, isSuperAdmin: true }) },
      'admitted',
    ],
    ['a person on the platform', may.runPlatform, {}, 'forbidden'],
    ['a person that no longer exists', {}, { isUserUnknown: true }, 'invalid_token'],
    [
      'a request while accounts is away',
      {},
      { isUserUnknown: true, failure: new AppError('bus_unavailable', 'away') },
      'bus_unavailable',
    ],
    [
      'a membership while accounts is away',
      may.read,
      { failure: new AppError('bus_unavailable', 'away') },
      'bus_unavailable',
    ],
  ])('decides on %s', async (_what, access, given, expected) => {
    expect(await outcome(access, given)).toBe(expected);
  });

  it.each<[method: string, scope: string | undefined, access: Omit<PersonAccess, 'kind'>, string]>([
    ['GET', 'read', {}, 'admitted'],
    ['HEAD', 'read', {}, 'admitted'],
    ['POST', 'read', {}, 'forbidden'],
    ['POST', 'read', { scope: 'read' }, 'admitted'],
    ['DELETE', 'read write', {}, 'admitted'],
    ['PATCH', undefined, {}, 'admitted'],
    ['GET', 'write', {}, 'forbidden'],
  ])('compares %s with the token scope %s', async (method, scope, access, expected) => {
    expect(await outcome(access, { scope }, bearing('token', { method }))).toBe(expected);
  });

  it('sets the caller of an admitted request', async () => {
    const membership = aMembership({ role: 'member' });
    const request = bearing('token');

    await outcome(may.read, { membership, scope: 'read' }, request);

    expect(request.caller).toEqual({
      kind: 'person',
      user: membership.user,
      membership,
      scope: 'read',
      sessionId: 's-1',
      expiresAt: EXPIRES_AT,
    });
  });

  it('refuses a name that no organization can have, without a request', async () => {
    const given = { failure: new AppError('bus_unavailable', 'away') };

    expect(await outcome(may.read, given, bearing('token', { params: { org: 'No Such' } }))).toBe('not_found');
  });

  it.each([
    ['a valid API key', KEY, 'forbidden_for_key_type'],
    ['an unknown API key', aKey('0', 'f1f2f3f4f5f6'), 'invalid_key'],
    ['a text that only looks like an API key', 'loom_nonsense', 'invalid_key'],
  ])('refuses %s', async (_what, key, code) => {
    expect(await outcome({}, {}, bearing(key))).toBe(code);
  });

  it('refuses a request without credentials', async () => {
    expect(await outcome({}, {}, aRequest())).toBe('unauthenticated');
  });
});
