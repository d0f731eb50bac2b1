import { uuidv7 } from 'uuidv7';
import { Secret } from '#libs/kernel';
import type { ApiKey } from '../../src/domain/api-keys/api-key.js';
import type { Environment } from '../../src/domain/environments/environment.js';
import type { MemberInvitation } from '../../src/domain/invitations/member-invitation.js';
import type { Member } from '../../src/domain/members/member.js';
import type { Organization } from '../../src/domain/organizations/organization.js';
import type { User } from '../../src/domain/people/user.js';
import type { RefreshToken, Session } from '../../src/domain/sessions/session.js';
import type { SigningKey } from '../../src/domain/signing-keys/signing-key.js';

/** Noon of a day in January 2030. */
export const day = (dayOfMonth: number): Date => new Date(Date.UTC(2030, 0, dayOfMonth, 12));
export const UNKNOWN = '01900000-0000-7000-8000-00000000dead';

const stamps = { version: 1, createdAt: day(1), updatedAt: day(1) };
let made = 0;
const unique = (text: string): string => `${text}-${(made += 1)}`;

export const anOrganization = (changes: Partial<Organization> = {}): Organization => ({
  id: uuidv7(),
  slug: unique('org'),
  name: 'Acme',
  captureIp: false,
  eventRetentionDays: 365,
  ...stamps,
  ...changes,
});

export const anEnvironment = (orgId: string, changes: Partial<Environment> = {}): Environment => ({
  id: uuidv7(),
  orgId,
  name: 'dev',
  color: '#10b981',
  protected: false,
  position: 1,
  ...stamps,
  ...changes,
});

export const aUser = (changes: Partial<User> = {}): User => ({
  id: uuidv7(),
  email: `${unique('person')}@loom.localhost`,
  passwordHash: 'hash',
  isSuperAdmin: false,
  ...stamps,
  ...changes,
});

export const aMember = (orgId: string, userId: string, changes: Partial<Member> = {}): Member => ({
  id: uuidv7(),
  orgId,
  userId,
  role: 'member',
  permissions: [],
  ...stamps,
  ...changes,
});

export const anInvitation = (orgId: string, changes: Partial<MemberInvitation> = {}): MemberInvitation => ({
  id: uuidv7(),
  orgId,
  email: `${unique('invited')}@loom.localhost`,
  role: 'member',
  permissions: [],
  tokenHash: unique('hash'),
  invitedBy: 'root',
  createdAt: day(1),
  updatedAt: day(1),
  expiresAt: day(8),
  ...changes,
});

export const anApiKey = (orgId: string, changes: Partial<ApiKey> = {}): ApiKey => ({
  id: uuidv7(),
  orgId,
  keyType: 'analytics_write',
  name: 'shop',
  lookupId: uuidv7().replaceAll('-', '').slice(-12),
  keyHash: 'hash',
  allowedOrigins: [],
  createdBy: 'root',
  createdAt: day(1),
  ...changes,
});

export const aSession = (userId: string, changes: Partial<Session> = {}): Session => ({
  id: uuidv7(),
  userId,
  clientType: 'web',
  createdAt: day(1),
  ...changes,
});

export const aToken = (sessionId: string, changes: Partial<RefreshToken> = {}): RefreshToken => ({
  id: uuidv7(),
  sessionId,
  hash: unique('hash'),
  createdAt: day(1),
  expiresAt: day(8),
  ...changes,
});

export const aSigningKey = (changes: Partial<SigningKey> = {}): SigningKey => {
  const kid = unique('kid');
  const pair = { kid, publicJwk: { kid }, privatePem: new Secret(`pem of ${kid}`) };
  return { ...pair, createdAt: day(1), signsFrom: day(1), ...changes };
};

/** The next version of a row. */
export const next = <T extends { readonly version: number }>(row: T, changes: Partial<T> = {}): T => ({
  ...row,
  ...changes,
  version: row.version + 1,
});
