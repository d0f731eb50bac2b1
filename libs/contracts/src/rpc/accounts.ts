import type { KeyRecord, KeyType } from '../api-keys.js';
import { defineRpc } from './define-rpc.js';
import type { Page, PageOf } from '../page.js';

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
/** A person as super admins see them. `pending`: invited and without a password yet. */
export interface PersonView extends UserView {
  readonly pending: boolean;
  readonly version: number;
  readonly created_at: string;
  readonly updated_at: string;
}
/** A person who was made. The token is there once, in this answer: whoever holds it sets the password. */
export interface CreatedUserView extends PersonView {
  /** Absent when the person got a password. Opaque, for a link; single use. */
  readonly invite_token?: string;
  readonly invite_expires_at?: string;
}
export interface MemberView {
  readonly user_id: string;
  readonly email: string;
  readonly role: Role;
  readonly permissions: readonly SpecialPermission[];
  /** Invited and without a password yet. */
  readonly pending: boolean;
  readonly version: number;
  readonly created_at: string;
  readonly updated_at: string;
}
export interface OrganizationView {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  /** Whether the address that an event came from is stored with it. */
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
/** A key as people see it. `key` is there once, in the answer to its creation. */
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
/** How a person stands to an organization. `role: null` is a super admin who is not a member. */
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
export type ClientType = 'web' | 'native';
export const TOKEN_SCOPES = ['read', 'write'] as const;
export type TokenScope = (typeof TOKEN_SCOPES)[number];

export interface SignInCommand {
  readonly email: string;
  readonly password: string;
  readonly client_type: ClientType;
  readonly address: string;
  /** Narrows every access token of the session: its `scope` claim, space-separated. Without it there is no claim, and no limit. */
  readonly scope?: readonly TokenScope[];
}
export interface AddMemberCommand {
  readonly email: string;
  readonly role: Role;
  readonly permissions: readonly SpecialPermission[];
}
/** What is left out stays; `permissions` is replaced whole. */
export interface UpdateMemberCommand {
  readonly user_id: string;
  readonly role?: Role;
  readonly permissions?: readonly SpecialPermission[];
  readonly if_version?: number;
}
/** Of some organizations, in the order of their ids. */
export interface EventSettingsPage {
  readonly settings: readonly {
    readonly org_id: string;
    readonly capture_ip: boolean;
    readonly event_retention_days: number;
    readonly version: number;
  }[];
  /** Where the next page begins; `null` after the last. */
  readonly next_after: string | null;
}
/** What is left out stays. */
export interface UpdateOrganizationCommand {
  readonly name?: string;
  readonly capture_ip?: boolean;
  readonly event_retention_days?: number;
  readonly if_version?: number;
}
/** What is left out stays; `color: null` empties it. The name never changes. */
export interface UpdateEnvironmentCommand {
  /** Name or id. */
  readonly environment: string;
  readonly color?: string | null;
  readonly protected?: boolean;
  /** 1 to 10,000; two environments may have the same. */
  readonly position?: number;
  readonly if_version?: number;
}

export const accountsRpc = {
  signIn: defineRpc<SignInCommand, TokenPair>('accounts.sign_in'),
  refresh: defineRpc<{ refresh_token: string; client_type: ClientType }, TokenPair>('accounts.refresh'),
  signOut: defineRpc<{ refresh_token: string }, Record<string, never>>('accounts.sign_out'),
  getJwks: defineRpc<Record<string, never>, { keys: readonly Record<string, unknown>[] }>('accounts.get_jwks'),
  getUser: defineRpc<{ user_id: string }, UserView>('accounts.get_user'),
  /** 404 `not_found` for an unknown organization and for one of which the person is no member, alike. `org` is an id or slug. */
  getMembership: defineRpc<{ user_id: string; org: string }, Membership>('accounts.get_membership'),
  /**
   * Super admins make anybody. An admin of an organization makes people without a password and without platform rights; a scope
   * of an organization in the origin asks for an admin of that one, and the audit entry goes there. Without a password the
   * person is invited for seven days. A person who has not accepted yet is invited again by super admins and by who invited them:
   * the earlier token ends. 409 `already_exists` else. 403 `forbidden`, 400 `invalid_email`, `invalid_password` (12 to 1,024).
   */
  createUser: defineRpc<{ email: string; password?: string; is_super_admin?: boolean }, CreatedUserView>(
    'accounts.create_user',
  ),
  /** 401 `invalid_token`, alike for a token that is unknown, used, replaced or expired. Needs no origin. */
  acceptInvitation: defineRpc<{ token: string; password: string }, UserView>('accounts.accept_invitation'),
  /**
   * Ends all sessions of the actor but `session_id` (the `sid` of the access token). 401 `invalid_credentials`, 400
   * `invalid_password`; wrong ones count like failed sign-ins (429 `rate_limited`).
   */
  changePassword: defineRpc<
    { current: string; new: string; session_id?: string; address?: string },
    { ended_sessions: number }
  >('accounts.change_password'),
  /** Super admins. Everybody; `search` is a part of the address. */
  listUsers: defineRpc<{ page: Page; search?: string }, PageOf<PersonView>>('accounts.list_users'),
  /** Super admins. 409 `conflict` for the last super admin; 412 `version_conflict`. */
  updateUser: defineRpc<{ user_id: string; is_super_admin: boolean; if_version?: number }, PersonView>(
    'accounts.update_user',
  ),
  /** `required`: there is nobody yet, and `complete_setup` is open to who has the token of the log. Needs no origin. */
  getSetup: defineRpc<Record<string, never>, { required: boolean }>('accounts.get_setup'),
  /** The first super admin and their organization. 401 `invalid_token`, also after the first use. Needs no origin. */
  completeSetup: defineRpc<
    { token: string; email: string; password: string; organization: string },
    { user: UserView; organization: OrganizationView }
  >('accounts.complete_setup'),
  /** Super admins. Signs from `signs_from` on, published at once; asked again before then, the same answer. */
  rotateSigningKey: defineRpc<Record<string, never>, { kid: string; signs_from: string }>(
    'accounts.rotate_signing_key',
  ),
  listOrganizations: defineRpc<{ user_id: string; page: Page }, PageOf<OrganizationView>>(
    'accounts.list_organizations',
  ),
  /** Super admins: every organization there is. */
  listAllOrganizations: defineRpc<{ page: Page }, PageOf<OrganizationView>>('accounts.list_all_organizations'),
  /** For services, in the order of ids, which `after` continues: needs no person. */
  listEventSettings: defineRpc<{ after?: string }, EventSettingsPage>('accounts.list_event_settings'),
  createOrganization: defineRpc<{ name: string; slug?: string }, OrganizationView>('accounts.create_organization'),
  updateOrganization: defineRpc<UpdateOrganizationCommand, OrganizationView>('accounts.update_organization'),
  listMembers: defineRpc<{ page: Page }, PageOf<MemberView>>('accounts.list_members'),
  /** 404 `not_found` (field `email`) for an address nobody has: `create_user` first. 409 `already_exists` for a member. */
  addMember: defineRpc<AddMemberCommand, MemberView>('accounts.add_member'),
  /** 409 `conflict` when the organization would be left without an admin; 412 `version_conflict`. */
  updateMember: defineRpc<UpdateMemberCommand, MemberView>('accounts.update_member'),
  /** 409 `conflict` for the last admin. */
  removeMember: defineRpc<{ user_id: string; if_version?: number }, Record<string, never>>('accounts.remove_member'),
  listEnvironments: defineRpc<{ page: Page }, PageOf<EnvironmentView>>('accounts.list_environments'),
  /** `environment` is a name or an id. */
  getEnvironment: defineRpc<{ environment: string }, EnvironmentView>('accounts.get_environment'),
  createEnvironment: defineRpc<{ name: string; color?: string | null; protected?: boolean }, EnvironmentView>(
    'accounts.create_environment',
  ),
  /** 412 `version_conflict` with `current_version` in its details. */
  updateEnvironment: defineRpc<UpdateEnvironmentCommand, EnvironmentView>('accounts.update_environment'),
  /** 409 `has_active_keys` while keys of it are neither revoked nor expired. */
  deleteEnvironment: defineRpc<{ environment: string; if_version?: number }, Record<string, never>>(
    'accounts.delete_environment',
  ),
  listApiKeys: defineRpc<{ family: 'flags' | 'analytics'; environment?: string; page: Page }, PageOf<ApiKeyView>>(
    'accounts.list_api_keys',
  ),
  createApiKey: defineRpc<CreateApiKeyCommand, ApiKeyView>('accounts.create_api_key'),
  revokeApiKey: defineRpc<{ key_id: string }, ApiKeyView>('accounts.revoke_api_key'),
  /** For edge services: `null` when there is none. A revoked key is answered with `revoked_at`. */
  getKeyRecord: defineRpc<{ lookup_id: string }, { record: KeyRecord | null }>('accounts.get_key_record'),
  /**
   * For edge services: the keys revoked since then (RFC 3339), at most 100,000, the newest first. Everything revoked up to `as_of`
   * is in it; a commit that comes late may lie a little before, so ask again for some minutes more than there is to know.
   */
  listRevocations: defineRpc<{ since: string }, { as_of: string; lookup_ids: readonly string[] }>(
    'accounts.list_revocations',
  ),
} as const;
