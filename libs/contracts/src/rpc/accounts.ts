import type { SeenVersions } from '#libs/kernel';
import type { KeyType } from '../api-keys/api-key.js';
import type { KeyRecord } from '../api-keys/key-record.js';
import { defineRpc } from './define-rpc.js';
import type { Page, PageOf } from '../page.js';
import { sessionsRpc, type ClientType } from './sessions.js';

export const ROLES = ['admin', 'member'] as const;
export type Role = (typeof ROLES)[number];
export const SPECIAL_PERMISSIONS = [
  'killswitch:activate',
  'admin:force_delete',
  'data:export_pii',
  'data:delete_pii',
] as const;
export type SpecialPermission = (typeof SPECIAL_PERMISSIONS)[number];

export interface UserView {
  readonly id: string;
  readonly email: string;
  readonly is_super_admin: boolean;
}
/** A user as returned to super admins. `pending`: invited, without a password yet. */
export interface PersonView extends UserView {
  readonly pending: boolean;
  /** Cannot sign in until a super admin unlocks the account. */
  readonly locked: boolean;
  readonly version: number;
  readonly created_at: string;
  readonly updated_at: string;
}
/** A new user. The invitation token is returned only in this answer; it allows to set the password. */
export interface CreatedUserView extends PersonView {
  /** Opaque, for a link, single use. Absent when the user was created with a password. */
  readonly invite_token?: string;
  readonly invite_expires_at?: string;
}
export interface MemberView {
  readonly user_id: string;
  readonly email: string;
  readonly role: Role;
  readonly permissions: readonly SpecialPermission[];
  /** The address of the invitation that was accepted; the account may have another one. `null` for founders. */
  readonly invited_as: string | null;
  readonly version: number;
  readonly created_at: string;
  readonly updated_at: string;
}
/** An invitation into an organization that waits for an answer. */
export interface InvitationView {
  readonly id: string;
  readonly status: 'invited';
  readonly email: string;
  readonly role: Role;
  readonly permissions: readonly SpecialPermission[];
  /** Id of the person that sent it. */
  readonly invited_by: string;
  readonly created_at: string;
  readonly expires_at: string;
}
/** The account that accepted a link. `organization`: the one that the link led into; absent for links of super admins. */
export interface AcceptedView extends UserView {
  readonly organization?: OrganizationAccess;
}
/** An organization of a person, with the rights in it. */
export interface OrganizationAccess {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  readonly role: Role;
  readonly permissions: readonly SpecialPermission[];
}
export interface OrganizationView {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  /** Whether the IP address of a captured event is stored with it. */
  readonly capture_ip: boolean;
  /** Days after which an event is deleted, 1 to 3,650. */
  readonly event_retention_days: number;
  readonly version: number;
  readonly created_at: string;
  readonly updated_at: string;
}
export interface EnvironmentView {
  readonly id: string;
  readonly org_id: string;
  readonly name: string;
  readonly color: string | null;
  readonly protected: boolean;
  readonly position: number;
  readonly version: number;
  readonly created_at: string;
  readonly updated_at: string;
}
/** An API key without its hash. `key` is present only in the answer to its creation. */
export interface ApiKeyView {
  readonly id: string;
  readonly name: string;
  /** `client`, `server`, `write` or `rw`. */
  readonly key_type: string;
  readonly environment: string | null;
  readonly lookup_id: string;
  readonly allowed_origins: readonly string[];
  readonly created_at: string;
  readonly created_by: string;
  readonly last_used_at: string | null;
  readonly expires_at: string | null;
  readonly revoked_at: string | null;
  readonly key?: string;
}
export interface TokenPair {
  readonly access_token: string;
  readonly token_type: 'Bearer';
  readonly expires_in: number;
  readonly refresh_token: string;
  readonly user: UserView;
}
/** A user's rights in an organization. `role: null` is a super admin without a membership. */
export interface Membership {
  readonly organization: OrganizationView;
  readonly user: UserView;
  readonly role: Role | null;
  readonly permissions: readonly SpecialPermission[];
}
export interface CreateApiKeyCommand {
  readonly name: string;
  readonly key_type: KeyType;
  /** Name or id. */
  readonly environment?: string;
  readonly allowed_origins?: readonly string[];
  readonly expires_at?: string;
}
export const TOKEN_SCOPES = ['read', 'write'] as const;
export type TokenScope = (typeof TOKEN_SCOPES)[number];

export interface SignInCommand {
  readonly email: string;
  readonly password: string;
  readonly client_type: ClientType;
  readonly address: string;
  /** Restricts every access token of the session by its `scope` claim. Default: no claim, no restriction. */
  readonly scope?: readonly TokenScope[];
}
export interface InviteMemberCommand {
  readonly email: string;
  readonly role: Role;
  readonly permissions: readonly SpecialPermission[];
}
/** Absent fields stay unchanged; `permissions` replaces the whole list. */
export interface UpdateMemberCommand {
  readonly user_id: string;
  readonly role?: Role;
  readonly permissions?: readonly SpecialPermission[];
  readonly if_version?: SeenVersions;
}
/** Event settings of organizations, ordered by id. */
export interface EventSettingsPage {
  readonly settings: readonly {
    readonly org_id: string;
    readonly capture_ip: boolean;
    readonly event_retention_days: number;
    readonly version: number;
  }[];
  /** `after` of the next page; `null` after the last page. */
  readonly next_after: string | null;
}
/** Absent fields stay unchanged. */
export interface UpdateOrganizationCommand {
  readonly name?: string;
  readonly capture_ip?: boolean;
  readonly event_retention_days?: number;
  readonly if_version?: SeenVersions;
}
/** Absent fields stay unchanged; `color: null` removes the color. The name never changes. */
export interface UpdateEnvironmentCommand {
  /** Name or id. */
  readonly environment: string;
  readonly color?: string | null;
  readonly protected?: boolean;
  /** 1 to 10,000; two environments may share one. */
  readonly position?: number;
  readonly if_version?: SeenVersions;
}

export const accountsRpc = {
  ...sessionsRpc,
  signIn: defineRpc<SignInCommand, TokenPair>('accounts.sign_in'),
  refresh: defineRpc<{ refresh_token: string; client_type: ClientType }, TokenPair>('accounts.refresh'),
  signOut: defineRpc<{ refresh_token: string }, Record<string, never>>('accounts.sign_out'),
  getJwks: defineRpc<Record<string, never>, { keys: readonly Record<string, unknown>[] }>('accounts.get_jwks'),
  getUser: defineRpc<{ user_id: string }, UserView>('accounts.get_user'),
  /** `org` is an id or slug. 404 `not_found` for an unknown organization and for one that the user is not a member of. */
  getMembership: defineRpc<{ user_id: string; org: string }, Membership>('accounts.get_membership'),
  /**
   * For super admins. Without a password the person is invited to the platform, and to no organization, for seven days; a pending
   * person can be invited again, which revokes the earlier token. 409 `already_exists` for an account. 403 `forbidden`, 400
   * `invalid_email`, `invalid_password` (12 to 1,024 characters).
   */
  createUser: defineRpc<{ email: string; password?: string; is_super_admin?: boolean }, CreatedUserView>(
    'accounts.create_user',
  ),
  /**
   * With a user as actor that account accepts; else a new account with the invited address and `password`, or 409 `already_exists`
   * when the address has one. 401 `invalid_token` for a token that is unknown, used, replaced, withdrawn or expired, and when its
   * sender may not invite any more. Needs no origin.
   */
  acceptInvitation: defineRpc<{ token: string; password?: string }, AcceptedView>('accounts.accept_invitation'),
  /**
   * Ends all sessions of the actor except `session_id` (the `sid` of the access token). 401 `invalid_credentials`, 400
   * `invalid_password`. A wrong current password counts as a failed sign-in (429 `rate_limited`).
   */
  changePassword: defineRpc<
    { current: string; new: string; session_id?: string; address?: string },
    { ended_sessions: number }
  >('accounts.change_password'),
  /** For super admins: all users. `search` is a part of the e-mail address. */
  listUsers: defineRpc<{ page: Page; search?: string }, PageOf<PersonView>>('accounts.list_users'),
  /** For super admins. 409 `conflict` for the last super admin and for the promotion of a pending person; 412 `version_conflict`. */
  updateUser: defineRpc<{ user_id: string; is_super_admin: boolean; if_version?: SeenVersions }, PersonView>(
    'accounts.update_user',
  ),
  /** For super admins. Ends the sessions of the person, and refuses sign-ins. 409 `conflict` for the last super admin. */
  lockUser: defineRpc<{ user_id: string }, PersonView>('accounts.lock_user'),
  /** For super admins. */
  unlockUser: defineRpc<{ user_id: string }, PersonView>('accounts.unlock_user'),
  /** For super admins. Ends all sessions of the person. */
  signOutUser: defineRpc<{ user_id: string }, { ended_sessions: number }>('accounts.sign_out_user'),
  /** For super admins. 409 `conflict` for the last super admin, and for the last admin of an organization. */
  deleteUser: defineRpc<{ user_id: string; if_version?: SeenVersions }, Record<string, never>>('accounts.delete_user'),
  /** For super admins. The token works once, for a day. 409 `conflict` for people that cannot sign in. */
  makeResetLink: defineRpc<{ user_id: string }, { reset_token?: string; expires_at: string }>(
    'accounts.make_reset_link',
  ),
  /** 401 `invalid_token`, 400 `invalid_password`. Ends all sessions of the person. Needs no origin. */
  resetPassword: defineRpc<{ token: string; password: string }, Record<string, never>>('accounts.reset_password'),
  /** `required`: there are no users yet, and `complete_setup` accepts the token that was logged. Needs no origin. */
  getSetup: defineRpc<Record<string, never>, { required: boolean }>('accounts.get_setup'),
  /** Creates the first super admin and their organization. 401 `invalid_token`, also after the first use. Needs no origin. */
  completeSetup: defineRpc<
    { token: string; email: string; password: string; organization: string },
    { user: UserView; organization: OrganizationView }
  >('accounts.complete_setup'),
  /** For super admins. The new signing key is published at once and signs from `signs_from` on. Repeats before then return the same key. */
  rotateSigningKey: defineRpc<Record<string, never>, { kid: string; signs_from: string }>(
    'accounts.rotate_signing_key',
  ),
  listOrganizations: defineRpc<{ user_id: string; page: Page }, PageOf<OrganizationView>>(
    'accounts.list_organizations',
  ),
  /** For super admins: all organizations. */
  listAllOrganizations: defineRpc<{ page: Page }, PageOf<OrganizationView>>('accounts.list_all_organizations'),
  /** For services: ordered by id, continued by `after`. Needs no origin. */
  listEventSettings: defineRpc<{ after?: string }, EventSettingsPage>('accounts.list_event_settings'),
  /** The memberships of a person with the rights in each, at most `limit`. */
  listAccess: defineRpc<{ user_id: string; limit: number }, { organizations: readonly OrganizationAccess[] }>(
    'accounts.list_access',
  ),
  createOrganization: defineRpc<{ name: string; slug?: string }, OrganizationView>('accounts.create_organization'),
  updateOrganization: defineRpc<UpdateOrganizationCommand, OrganizationView>('accounts.update_organization'),
  listMembers: defineRpc<{ page: Page }, PageOf<MemberView>>('accounts.list_members'),
  /**
   * Invites an address, whether or not it has an account; the answer is the same. The token is returned only here; another
   * invitation of the address replaces it. 422 `quota_exceeded`.
   */
  inviteMember: defineRpc<InviteMemberCommand, InvitationView & { readonly invite_token?: string }>(
    'accounts.invite_member',
  ),
  listInvitations: defineRpc<{ page: Page }, PageOf<InvitationView>>('accounts.list_invitations'),
  withdrawInvitation: defineRpc<{ invitation_id: string }, Record<string, never>>('accounts.withdraw_invitation'),
  /** 409 `conflict` for the last admin and for people that are invited only; 412 `version_conflict`. */
  updateMember: defineRpc<UpdateMemberCommand, MemberView>('accounts.update_member'),
  /** 409 `conflict` for the last admin. */
  removeMember: defineRpc<{ user_id: string; if_version?: SeenVersions }, Record<string, never>>(
    'accounts.remove_member',
  ),
  listEnvironments: defineRpc<{ page: Page }, PageOf<EnvironmentView>>('accounts.list_environments'),
  /** `environment` is a name or an id. */
  getEnvironment: defineRpc<{ environment: string }, EnvironmentView>('accounts.get_environment'),
  createEnvironment: defineRpc<{ name: string; color?: string | null; protected?: boolean }, EnvironmentView>(
    'accounts.create_environment',
  ),
  /** 412 `version_conflict` with `current_version` in its details. */
  updateEnvironment: defineRpc<UpdateEnvironmentCommand, EnvironmentView>('accounts.update_environment'),
  /** 409 `has_active_keys` while it has API keys that are neither revoked nor expired. */
  deleteEnvironment: defineRpc<{ environment: string; if_version?: SeenVersions }, Record<string, never>>(
    'accounts.delete_environment',
  ),
  listApiKeys: defineRpc<{ family: 'flags' | 'analytics'; environment?: string; page: Page }, PageOf<ApiKeyView>>(
    'accounts.list_api_keys',
  ),
  createApiKey: defineRpc<CreateApiKeyCommand, ApiKeyView>('accounts.create_api_key'),
  revokeApiKey: defineRpc<{ key_id: string }, ApiKeyView>('accounts.revoke_api_key'),
  /** For edge services. `record` is `null` for an unknown lookup id; the record of a revoked key has `revoked_at`. */
  getKeyRecord: defineRpc<{ lookup_id: string }, { record: KeyRecord | null }>('accounts.get_key_record'),
  /**
   * For edge services: the lookup ids of keys revoked since `since` (RFC 3339), at most 100,000, newest first, complete up to
   * `as_of`. A late commit may have an earlier time, so callers overlap their requests by some minutes.
   */
  listRevocations: defineRpc<{ since: string }, { as_of: string; lookup_ids: readonly string[] }>(
    'accounts.list_revocations',
  ),
} as const;
