import type { KeyRecord, KeyType } from '../api-keys.js';
import { defineRpc, type Page, type PageOf } from './define-rpc.js';

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
export interface OrganizationView {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
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

export const accountsRpc = {
  signIn: defineRpc<{ email: string; password: string; client_type: ClientType; address: string }, TokenPair>(
    'accounts.sign_in',
  ),
  refresh: defineRpc<{ refresh_token: string; client_type: ClientType }, TokenPair>('accounts.refresh'),
  signOut: defineRpc<{ refresh_token: string }, Record<string, never>>('accounts.sign_out'),
  getJwks: defineRpc<Record<string, never>, { keys: readonly Record<string, unknown>[] }>('accounts.get_jwks'),
  getUser: defineRpc<{ user_id: string }, UserView>('accounts.get_user'),
  /** 404 `not_found` for an unknown organization and for one of which the person is no member, alike. `org` is an id or slug. */
  getMembership: defineRpc<{ user_id: string; org: string }, Membership>('accounts.get_membership'),
  listOrganizations: defineRpc<{ user_id: string; page: Page }, PageOf<OrganizationView>>(
    'accounts.list_organizations',
  ),
  createOrganization: defineRpc<{ name: string; slug?: string }, OrganizationView>('accounts.create_organization'),
  updateOrganization: defineRpc<{ name: string; if_version?: number }, OrganizationView>(
    'accounts.update_organization',
  ),
  listEnvironments: defineRpc<{ page: Page }, PageOf<EnvironmentView>>('accounts.list_environments'),
  /** `environment` is a name or an id. */
  getEnvironment: defineRpc<{ environment: string }, EnvironmentView>('accounts.get_environment'),
  createEnvironment: defineRpc<{ name: string; color?: string | null; protected?: boolean }, EnvironmentView>(
    'accounts.create_environment',
  ),
  listApiKeys: defineRpc<{ family: 'flags' | 'analytics'; environment?: string; page: Page }, PageOf<ApiKeyView>>(
    'accounts.list_api_keys',
  ),
  createApiKey: defineRpc<CreateApiKeyCommand, ApiKeyView>('accounts.create_api_key'),
  revokeApiKey: defineRpc<{ key_id: string }, ApiKeyView>('accounts.revoke_api_key'),
  /** For edge services: `null` when there is none. A revoked key is answered with `revoked_at`. */
  getKeyRecord: defineRpc<{ lookup_id: string }, { record: KeyRecord | null }>('accounts.get_key_record'),
} as const;
