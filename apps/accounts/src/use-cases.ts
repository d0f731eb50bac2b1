import type { InjectionToken, Provider } from '@nestjs/common';
import { Clock, Ids } from '#libs/kernel';
import { AcceptInvitation } from './application/accept-invitation.js';
import { AccessTokens } from './application/access-tokens.js';
import { AddMember } from './application/add-member.js';
import { ChangePassword } from './application/change-password.js';
import { CompleteSetup } from './application/complete-setup.js';
import { CreateApiKey } from './application/create-api-key.js';
import { CreateEnvironment } from './application/create-environment.js';
import { CreateOrganization } from './application/create-organization.js';
import { CreateUser } from './application/create-user.js';
import { DeleteEnvironment } from './application/delete-environment.js';
import { GetEnvironment } from './application/get-environment.js';
import { GetJwks } from './application/get-jwks.js';
import { GetKeyRecord } from './application/get-key-record.js';
import { GetMembership } from './application/get-membership.js';
import { GetSetup } from './application/get-setup.js';
import { GetUser } from './application/get-user.js';
import { ListEventSettings } from './application/list-event-settings.js';
import { ListAllOrganizations } from './application/list-all-organizations.js';
import { ListApiKeys } from './application/list-api-keys.js';
import { ListEnvironments } from './application/list-environments.js';
import { ListMembers } from './application/list-members.js';
import { ListOrganizations } from './application/list-organizations.js';
import { ListUsers } from './application/list-users.js';
import { MakeFirstAdmin } from './application/make-first-admin.js';
import { OfferSetup } from './application/offer-setup.js';
import { AccountsPolicy, Entropy, FailureLimit, Hasher, TokenSigner, UnitOfWork } from './application/ports.js';
import { PurgeExpired } from './application/purge-expired.js';
import { KeyUses, RecordKeyUsage } from './application/record-key-usage.js';
import { RefreshSession } from './application/refresh-session.js';
import { RemoveMember } from './application/remove-member.js';
import { RevokeApiKey } from './application/revoke-api-key.js';
import { RotateSigningKey } from './application/rotate-signing-key.js';
import { KeyRecords, ListRevocations, RevokedKeys } from './application/revoked-keys.js';
import { Sessions } from './application/sessions.js';
import { SignIn } from './application/sign-in.js';
import { SignOut } from './application/sign-out.js';
import { UpdateEnvironment } from './application/update-environment.js';
import { UpdateMember } from './application/update-member.js';
import { UpdateOrganization } from './application/update-organization.js';
import { UpdateUser } from './application/update-user.js';

type Tokens<Args extends readonly unknown[]> = { [I in keyof Args]: InjectionToken<Args[I]> };

/** The tokens of a constructor's parameters, in their order: the compiler compares them. */
function made<T, Args extends unknown[]>(type: new (...args: Args) => T, ...inject: Tokens<Args>): Provider {
  return { provide: type, inject: inject as InjectionToken[], useFactory: (...args: Args) => new type(...args) };
}

/** Use cases know nothing of Nest; here they get what they need. */
export const useCases: Provider[] = [
  made(AccessTokens, UnitOfWork, TokenSigner, Clock, AccountsPolicy),
  made(Sessions, AccessTokens, Entropy, AccountsPolicy, Clock, Ids),
  made(MakeFirstAdmin, UnitOfWork, Hasher, AccountsPolicy, Clock, Ids),
  made(SignIn, UnitOfWork, Hasher, FailureLimit, Sessions),
  made(RefreshSession, UnitOfWork, Sessions, Clock),
  made(SignOut, UnitOfWork, Clock),
  made(GetJwks, AccessTokens),
  made(GetUser, UnitOfWork),
  made(GetMembership, UnitOfWork),
  made(ListOrganizations, UnitOfWork),
  made(CreateOrganization, UnitOfWork, Clock, Ids, AccountsPolicy),
  made(UpdateOrganization, UnitOfWork, Clock),
  made(ListEnvironments, UnitOfWork),
  made(GetEnvironment, UnitOfWork),
  made(CreateEnvironment, UnitOfWork, Clock, Ids),
  made(ListApiKeys, UnitOfWork),
  made(CreateApiKey, UnitOfWork, Hasher, Entropy, Clock, Ids),
  made(RevokeApiKey, UnitOfWork, Clock),
  made(UpdateEnvironment, UnitOfWork, Clock),
  made(DeleteEnvironment, UnitOfWork, Clock),
  made(ListMembers, UnitOfWork),
  made(AddMember, UnitOfWork, Clock, Ids),
  made(UpdateMember, UnitOfWork, Clock),
  made(RemoveMember, UnitOfWork, Clock),
  made(CreateUser, UnitOfWork, Hasher, Entropy, Clock, Ids),
  made(AcceptInvitation, UnitOfWork, Hasher, Clock),
  made(ChangePassword, UnitOfWork, Hasher, FailureLimit, Clock),
  made(ListUsers, UnitOfWork),
  made(UpdateUser, UnitOfWork, Clock),
  made(ListAllOrganizations, UnitOfWork),
  made(ListEventSettings, UnitOfWork),
  made(RotateSigningKey, UnitOfWork, TokenSigner, AccessTokens, Clock, AccountsPolicy),
  made(OfferSetup, UnitOfWork, Entropy, Clock),
  made(GetSetup, UnitOfWork),
  made(CompleteSetup, UnitOfWork, Hasher, Clock, Ids),
  made(PurgeExpired, UnitOfWork, Clock, AccountsPolicy),
  made(GetKeyRecord, UnitOfWork, KeyRecords),
  made(ListRevocations, RevokedKeys, Clock),
  made(RecordKeyUsage, KeyUses),
];
