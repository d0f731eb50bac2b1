import type { InjectionToken, Provider } from '@nestjs/common';
import { Clock, Ids } from '#libs/kernel';
import { AcceptInvitation } from './application/people/accept-invitation.js';
import { AccessTokens } from './application/signing-keys/access-tokens.js';
import { AddMember } from './application/members/add-member.js';
import { ChangePassword } from './application/people/change-password.js';
import { CompleteSetup } from './application/setup/complete-setup.js';
import { CreateApiKey } from './application/api-keys/create-api-key.js';
import { CreateEnvironment } from './application/environments/create-environment.js';
import { CreateOrganization } from './application/organizations/create-organization.js';
import { CreateUser } from './application/people/create-user.js';
import { DeleteEnvironment } from './application/environments/delete-environment.js';
import { GetEnvironment } from './application/environments/get-environment.js';
import { GetJwks } from './application/signing-keys/get-jwks.js';
import { GetKeyRecord } from './application/api-keys/get-key-record.js';
import { GetMembership } from './application/members/get-membership.js';
import { GetSetup } from './application/setup/get-setup.js';
import { GetUser } from './application/people/get-user.js';
import { ListEventSettings } from './application/organizations/list-event-settings.js';
import { ListAllOrganizations } from './application/organizations/list-all-organizations.js';
import { ListApiKeys } from './application/api-keys/list-api-keys.js';
import { ListEnvironments } from './application/environments/list-environments.js';
import { ListMembers } from './application/members/list-members.js';
import { ListOrganizations } from './application/organizations/list-organizations.js';
import { ListUsers } from './application/people/list-users.js';
import { MakeFirstAdmin } from './application/setup/make-first-admin.js';
import { OfferSetup } from './application/setup/offer-setup.js';
import {
  AccountsPolicy,
  Entropy,
  FailureLimit,
  Hasher,
  TokenSigner,
  UnitOfWork,
} from './application/ports/unit-of-work.js';
import { PurgeExpired } from './application/purge/purge-expired.js';
import { KeyUses, RecordKeyUsage } from './application/api-keys/record-key-usage.js';
import { RefreshSession } from './application/sessions/refresh-session.js';
import { RemoveMember } from './application/members/remove-member.js';
import { RevokeApiKey } from './application/api-keys/revoke-api-key.js';
import { RotateSigningKey } from './application/signing-keys/rotate-signing-key.js';
import { KeyRecords, ListRevocations, RevokedKeys } from './application/api-keys/list-revocations.js';
import { Sessions } from './application/sessions/sessions.js';
import { SignIn } from './application/sessions/sign-in.js';
import { SignOut } from './application/sessions/sign-out.js';
import { UpdateEnvironment } from './application/environments/update-environment.js';
import { UpdateMember } from './application/members/update-member.js';
import { UpdateOrganization } from './application/organizations/update-organization.js';
import { UpdateUser } from './application/people/update-user.js';

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
