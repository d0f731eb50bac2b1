import type { Clock, Ids, Secret } from '#libs/kernel';
import { endedSessions, revokedKeys } from '#libs/contracts';
import { Argon2Hasher, deriveKey, SealedBox } from '#libs/crypto';
import type { FactPublisher } from '#libs/facts';
import type { Logger } from '#libs/observability';
import { Inbox, OutboxRelay, type Database } from '#libs/postgres';
import type { RedisConnection } from '#libs/redis';
import { DeleteUser } from './application/administration/delete-user.js';
import { LockUser } from './application/administration/lock-user.js';
import { MakeResetLink } from './application/administration/make-reset-link.js';
import { ResetPassword } from './application/administration/reset-password.js';
import { SignOutUser } from './application/administration/sign-out-user.js';
import { UnlockUser } from './application/administration/unlock-user.js';
import { CreateApiKey } from './application/api-keys/create-api-key.js';
import { GetKeyRecord } from './application/api-keys/get-key-record.js';
import { ListApiKeys } from './application/api-keys/list-api-keys.js';
import { ListRevocations } from './application/api-keys/list-revocations.js';
import { RecordKeyUsage } from './application/api-keys/record-key-usage.js';
import { RevokeApiKey } from './application/api-keys/revoke-api-key.js';
import { CreateEnvironment } from './application/environments/create-environment.js';
import { DeleteEnvironment } from './application/environments/delete-environment.js';
import { GetEnvironment } from './application/environments/get-environment.js';
import { ListEnvironments } from './application/environments/list-environments.js';
import { UpdateEnvironment } from './application/environments/update-environment.js';
import { AcceptInvitation } from './application/invitations/accept-invitation.js';
import { InviteMember } from './application/invitations/invite-member.js';
import { ListInvitations } from './application/invitations/list-invitations.js';
import { MemberLinks } from './application/invitations/member-links.js';
import { PlatformLinks } from './application/invitations/platform-links.js';
import { WithdrawInvitation } from './application/invitations/withdraw-invitation.js';
import { GetMembership } from './application/members/get-membership.js';
import { ListMembers } from './application/members/list-members.js';
import { RemoveMember } from './application/members/remove-member.js';
import { UpdateMember } from './application/members/update-member.js';
import { CreateOrganization } from './application/organizations/create-organization.js';
import { ListAllOrganizations } from './application/organizations/list-all-organizations.js';
import { ListEventSettings } from './application/organizations/list-event-settings.js';
import { ListOrganizations } from './application/organizations/list-organizations.js';
import { UpdateOrganization } from './application/organizations/update-organization.js';
import { ChangePassword } from './application/people/change-password.js';
import { CreateUser } from './application/people/create-user.js';
import { GetUser } from './application/people/get-user.js';
import { ListAccess } from './application/people/list-access.js';
import { ListUsers } from './application/people/list-users.js';
import { UpdateUser } from './application/people/update-user.js';
import type { AccountsPorts } from './application/ports/all.js';
import { PurgeExpired } from './application/purge/purge-expired.js';
import { EndOtherSessions, EndSession } from './application/sessions/end-own-sessions.js';
import { FailedSignIns } from './application/sessions/failed-sign-ins.js';
import { ListEndedSessions } from './application/sessions/list-ended-sessions.js';
import { ListSessions } from './application/sessions/list-sessions.js';
import { RefreshSession } from './application/sessions/refresh-session.js';
import { SessionIssuer } from './application/sessions/session-issuer.js';
import { SignIn, type SignInChecks } from './application/sessions/sign-in.js';
import { SignOut } from './application/sessions/sign-out.js';
import { CompleteSetup } from './application/setup/complete-setup.js';
import { GetSetup } from './application/setup/get-setup.js';
import { MakeFirstAdmin } from './application/setup/make-first-admin.js';
import { OfferSetup } from './application/setup/offer-setup.js';
import { AccessTokens } from './application/signing-keys/access-tokens.js';
import { GetJwks } from './application/signing-keys/get-jwks.js';
import { RotateSigningKey } from './application/signing-keys/rotate-signing-key.js';
import { FailedNetworks } from './cache/failed-networks.js';
import { MemoryFailureLimit } from './cache/memory-failure-limit.js';
import { RedisFailureLimit } from './cache/redis-failure-limit.js';
import { RedisEndedSessions } from './cache/redis-ended-sessions.js';
import { RedisKeyRecords } from './cache/redis-key-records.js';
import { RedisRevocationList } from './cache/redis-revocation-list.js';
import type { AccountsSettings } from './config.js';
import { KeyedEntropy } from './crypto/keyed-entropy.js';
import { rs256TokenSigner } from './crypto/rs256-token-signer.js';
import { PostgresKeyUses } from './db/api-keys/key-use.store.js';
import { PostgresRevokedKeys } from './db/api-keys/revoked-key.store.js';
import { PostgresUnitOfWork } from './db/postgres-unit-of-work.js';
import { PostgresEndedSessions } from './db/sessions/ended-session.store.js';
import { housekeeping } from './jobs/housekeeping.js';
import { minuteOfFailures } from './jobs/minute-of-failures.js';
import { revocationList } from './jobs/revocation-list.js';
import { FirstStart } from './lifecycles/first-start.js';

export interface AccountsDependencies {
  readonly database: Database;
  readonly publisher: FactPublisher;
  readonly redis: RedisConnection;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly ids: Ids;
  /** Signing keys are sealed, and refresh tokens computed, with keys that are derived from it. */
  readonly roleSecret: Secret;
  readonly settings: AccountsSettings;
}

export type AccountsUseCases = ReturnType<typeof accountsUseCases>;

/** The accounts service: its adapters, use cases, outbox relay, jobs and lifecycles. */
export function composeAccounts(deps: AccountsDependencies) {
  const { database, publisher, redis, logger } = deps;
  const hasher = new Argon2Hasher('sign-in');
  const keyRecords = new RedisKeyRecords(redis, logger);
  const ports = accountsPorts(deps, { hasher, keyRecords });
  const useCases = accountsUseCases(ports);
  const lists = revocationLists(redis, ports);
  // Redis refuses a revoked key before any reader of the fact learns of the revocation.
  const endedInRedis = new RedisEndedSessions(redis);
  const beforePublish = [keyRecords.beforePublish.bind(keyRecords), endedInRedis.beforePublish.bind(endedInRedis)];
  return {
    database,
    ...useCases,
    relay: new OutboxRelay(database, publisher, { log: logger, beforePublish }),
    jobs: [
      housekeeping({ ...useCases, inbox: new Inbox(database), logger }),
      revocationList('revoked keys', lists.keys),
      revocationList('ended sessions', lists.sessions),
      minuteOfFailures(useCases.failedSignIns),
    ],
    lifecycles: [
      { start: () => hasher.check(), stop: () => useCases.failedSignIns.endMinute() },
      new FirstStart({ ...useCases, logger }),
    ],
  };
}

/** For processes that receive no facts. */
function revocationLists(redis: RedisConnection, { clock, ...sources }: AccountsPorts) {
  const keys = async (since: Date, limit: number) =>
    (await sources.revokedKeys.since(since, limit)).map(({ lookupId: id, at }) => ({ id, at }));
  const sessions = (since: Date, limit: number) => sources.endedSessions.since(since, limit);
  return {
    keys: new RedisRevocationList({ redis, clock, list: revokedKeys, revokedSince: keys }),
    sessions: new RedisRevocationList({ redis, clock, list: endedSessions, revokedSince: sessions }),
  };
}

/** Seals the private signing keys in the database. */
export const signingKeyBox = (roleSecret: Secret): SealedBox => new SealedBox(deriveKey(roleSecret, 'signing keys'));

function accountsPorts(
  { database, redis, logger, clock, ids, roleSecret, settings }: AccountsDependencies,
  given: Pick<AccountsPorts, 'hasher' | 'keyRecords'>,
): AccountsPorts {
  const failureLimit = (perMinute: number) =>
    new RedisFailureLimit(redis, perMinute, new MemoryFailureLimit(clock, Math.ceil(perMinute / 2)));
  return {
    ...given,
    uow: new PostgresUnitOfWork(database, signingKeyBox(roleSecret)),
    keyHasher: new Argon2Hasher('keys'),
    networks: new FailedNetworks(clock),
    onLateAudit: (err) => logger.warn({ err }, 'a failed sign-in was not audited; it is counted in the next entry'),
    entropy: new KeyedEntropy(deriveKey(roleSecret, 'refresh tokens')),
    failures: failureLimit(settings.signInFailures),
    linkFailures: failureLimit(settings.linkFailures),
    signer: rs256TokenSigner(),
    revokedKeys: new PostgresRevokedKeys(database),
    endedSessions: new PostgresEndedSessions(database),
    keyUses: new PostgresKeyUses(database),
    clock,
    ids,
    policy: settings,
  };
}

/** Every use case of accounts. */
export function accountsUseCases(ports: AccountsPorts) {
  const failedSignIns = new FailedSignIns(ports.uow, ports.networks, ports.onLateAudit);
  const checks = { ...ports, failedSignIns };
  return {
    failedSignIns,
    ...sessionUseCases(ports, checks),
    ...peopleUseCases(ports, checks),
    ...administrationUseCases(ports),
    ...invitationUseCases(ports),
    ...setupUseCases(ports),
    ...organizationUseCases(ports),
    ...environmentUseCases(ports),
    ...memberUseCases(ports),
    ...apiKeyUseCases(ports),
    purgeExpired: new PurgeExpired(ports.uow, ports.clock, ports.policy),
  };
}

/** Sessions and the keys that sign their access tokens. */
function sessionUseCases(ports: AccountsPorts, checks: SignInChecks) {
  const { uow, entropy, signer, clock, ids, policy } = ports;
  const accessTokens = new AccessTokens(uow, signer, clock, policy);
  const issuer = new SessionIssuer(accessTokens, entropy, policy, clock, ids);
  return {
    signIn: new SignIn(uow, checks, issuer),
    refreshSession: new RefreshSession(uow, issuer, clock, policy),
    signOut: new SignOut(uow, clock),
    listSessions: new ListSessions(uow, clock, policy),
    endSession: new EndSession(uow, clock),
    endOtherSessions: new EndOtherSessions(uow, clock),
    listEndedSessions: new ListEndedSessions(ports.endedSessions, clock),
    getJwks: new GetJwks(accessTokens),
    rotateSigningKey: new RotateSigningKey(uow, signer, accessTokens, clock, policy),
  };
}

function peopleUseCases({ uow, hasher, entropy, clock, ids }: AccountsPorts, checks: SignInChecks) {
  return {
    getUser: new GetUser(uow),
    listUsers: new ListUsers(uow),
    createUser: new CreateUser(uow, hasher, entropy, clock, ids),
    updateUser: new UpdateUser(uow, clock),
    listAccess: new ListAccess(uow),
    changePassword: new ChangePassword(uow, checks, clock),
  };
}

/** What super admins do to the accounts of others, and the links that come of it. */
function administrationUseCases({ uow, hasher, linkFailures, entropy, clock, ids }: AccountsPorts) {
  return {
    lockUser: new LockUser(uow, clock),
    unlockUser: new UnlockUser(uow, clock),
    signOutUser: new SignOutUser(uow, clock),
    deleteUser: new DeleteUser(uow, clock),
    makeResetLink: new MakeResetLink(uow, entropy, clock, ids),
    resetPassword: new ResetPassword(uow, hasher, linkFailures, clock),
  };
}

function invitationUseCases({ uow, hasher, linkFailures, entropy, clock, ids, policy }: AccountsPorts) {
  const memberLinks = new MemberLinks(uow, hasher, clock, ids, policy);
  const platformLinks = new PlatformLinks(uow, hasher, clock);
  return {
    inviteMember: new InviteMember(uow, entropy, clock, ids, policy),
    listInvitations: new ListInvitations(uow, clock),
    withdrawInvitation: new WithdrawInvitation(uow, clock),
    acceptInvitation: new AcceptInvitation(uow, linkFailures, memberLinks, platformLinks),
  };
}

function setupUseCases({ uow, hasher, entropy, clock, ids, policy }: AccountsPorts) {
  return {
    getSetup: new GetSetup(uow),
    offerSetup: new OfferSetup(uow, entropy, clock),
    completeSetup: new CompleteSetup(uow, hasher, clock, ids),
    makeFirstAdmin: new MakeFirstAdmin(uow, hasher, policy, clock, ids),
  };
}

function organizationUseCases({ uow, clock, ids, policy }: AccountsPorts) {
  return {
    listOrganizations: new ListOrganizations(uow),
    listAllOrganizations: new ListAllOrganizations(uow),
    listEventSettings: new ListEventSettings(uow),
    createOrganization: new CreateOrganization(uow, clock, ids, policy),
    updateOrganization: new UpdateOrganization(uow, clock),
  };
}

function environmentUseCases({ uow, clock, ids, policy }: AccountsPorts) {
  return {
    listEnvironments: new ListEnvironments(uow),
    getEnvironment: new GetEnvironment(uow),
    createEnvironment: new CreateEnvironment(uow, clock, ids, policy),
    updateEnvironment: new UpdateEnvironment(uow, clock),
    deleteEnvironment: new DeleteEnvironment(uow, clock),
  };
}

function memberUseCases({ uow, clock }: AccountsPorts) {
  return {
    getMembership: new GetMembership(uow),
    listMembers: new ListMembers(uow),
    updateMember: new UpdateMember(uow, clock),
    removeMember: new RemoveMember(uow, clock),
  };
}

function apiKeyUseCases(ports: AccountsPorts) {
  const { uow, keyHasher: hasher, entropy, clock, ids, keyRecords, revokedKeys, keyUses, policy } = ports;
  return {
    listApiKeys: new ListApiKeys(uow),
    createApiKey: new CreateApiKey({ uow, hasher, entropy, clock, ids, quotas: policy.quotas }),
    revokeApiKey: new RevokeApiKey(uow, clock),
    getKeyRecord: new GetKeyRecord(uow, keyRecords),
    listRevocations: new ListRevocations(revokedKeys, clock),
    recordKeyUsage: new RecordKeyUsage(keyUses),
  };
}
