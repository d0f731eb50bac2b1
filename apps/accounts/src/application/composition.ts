import { DeleteUser } from './administration/delete-user.js';
import { LockUser } from './administration/lock-user.js';
import { MakeResetLink } from './administration/make-reset-link.js';
import { ResetPassword } from './administration/reset-password.js';
import { SignOutUser } from './administration/sign-out-user.js';
import { UnlockUser } from './administration/unlock-user.js';
import { CreateApiKey } from './api-keys/create-api-key.js';
import { GetKeyRecord } from './api-keys/get-key-record.js';
import { ListApiKeys } from './api-keys/list-api-keys.js';
import { ListRevocations } from './api-keys/list-revocations.js';
import { RecordKeyUsage } from './api-keys/record-key-usage.js';
import { RevokeApiKey } from './api-keys/revoke-api-key.js';
import { CreateEnvironment } from './environments/create-environment.js';
import { DeleteEnvironment } from './environments/delete-environment.js';
import { GetEnvironment } from './environments/get-environment.js';
import { ListEnvironments } from './environments/list-environments.js';
import { UpdateEnvironment } from './environments/update-environment.js';
import { AcceptInvitation } from './invitations/accept-invitation.js';
import { InviteMember } from './invitations/invite-member.js';
import { ListInvitations } from './invitations/list-invitations.js';
import { MemberLinks } from './invitations/member-links.js';
import { PlatformLinks } from './invitations/platform-links.js';
import { WithdrawInvitation } from './invitations/withdraw-invitation.js';
import { GetMembership } from './members/get-membership.js';
import { ListMembers } from './members/list-members.js';
import { RemoveMember } from './members/remove-member.js';
import { UpdateMember } from './members/update-member.js';
import { CreateOrganization } from './organizations/create-organization.js';
import { ListAllOrganizations } from './organizations/list-all-organizations.js';
import { ListEventSettings } from './organizations/list-event-settings.js';
import { ListOrganizations } from './organizations/list-organizations.js';
import { UpdateOrganization } from './organizations/update-organization.js';
import { ChangePassword } from './people/change-password.js';
import { CreateUser } from './people/create-user.js';
import { GetUser } from './people/get-user.js';
import { ListAccess } from './people/list-access.js';
import { ListUsers } from './people/list-users.js';
import { UpdateUser } from './people/update-user.js';
import type { AccountsPorts } from './ports/all.js';
import { PurgeExpired } from './purge/purge-expired.js';
import { EndOtherSessions, EndSession } from './sessions/end-own-sessions.js';
import { FailedSignIns } from './sessions/failed-sign-ins.js';
import { ListEndedSessions } from './sessions/list-ended-sessions.js';
import { ListSessions } from './sessions/list-sessions.js';
import { RefreshSession } from './sessions/refresh-session.js';
import { SessionIssuer } from './sessions/session-issuer.js';
import { SignIn, type SignInChecks } from './sessions/sign-in.js';
import { SignOut } from './sessions/sign-out.js';
import { CompleteSetup } from './setup/complete-setup.js';
import { GetSetup } from './setup/get-setup.js';
import { MakeFirstAdmin } from './setup/make-first-admin.js';
import { OfferSetup } from './setup/offer-setup.js';
import { AccessTokens } from './signing-keys/access-tokens.js';
import { GetJwks } from './signing-keys/get-jwks.js';
import { RotateSigningKey } from './signing-keys/rotate-signing-key.js';

export type AccountsUseCases = ReturnType<typeof accountsUseCases>;

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
