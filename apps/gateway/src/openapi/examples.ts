import type {
  ApiKeyView,
  AuditEntryView,
  DeadLetterView,
  EnvironmentView,
  EvaluateAnswer,
  FlagConfigView,
  FlagListItem,
  FlagVersionView,
  FlagView,
  KillSwitchView,
  OrganizationView,
  PageOf,
  RolledBack,
  UserView,
} from '#libs/contracts';

export const at = '2026-01-31T12:00:00.000Z';
const orgId = '01997d1c-5b3c-7000-8000-000000000001';
const userId = '01997d1c-5b3c-7000-8000-000000000002';
export const stamps = { created_at: at, updated_at: at };

export const page = <T>(...data: T[]): PageOf<T> => ({ data, next_cursor: null, has_more: false });

export const user: UserView = { id: userId, email: 'ada@example.com', is_super_admin: false };
export const session = { access_token: 'eyJhbGciOiJSUzI1NiIs…', token_type: 'Bearer', expires_in: 900, user };
export const jwks = { keys: [{ kty: 'RSA', kid: 'b1946ac9…', alg: 'RS256', use: 'sig', n: 'wJ8b…', e: 'AQAB' }] };
export const organization: OrganizationView = {
  id: orgId,
  slug: 'acme',
  name: 'Acme',
  capture_ip: false,
  event_retention_days: 365,
  version: 1,
  ...stamps,
};
export const environment: EnvironmentView = {
  id: '01997d1c-5b3c-7000-8000-000000000003',
  org_id: orgId,
  name: 'dev',
  color: '#10b981',
  protected: false,
  position: 0,
  version: 1,
  ...stamps,
};
export const apiKey: ApiKeyView = {
  id: '01997d1c-5b3c-7000-8000-000000000004',
  name: 'Shop, server',
  key_type: 'server',
  environment: 'dev',
  lookup_id: '0123456789ab',
  allowed_origins: [],
  created_at: at,
  created_by: userId,
  last_used_at: null,
  expires_at: null,
  revoked_at: null,
};
export const newApiKey: ApiKeyView = { ...apiKey, key: `loom_flags_server_dev_${'0123456789ab'.padEnd(40, '0')}` };
export const flag: FlagView = {
  id: '01997d1c-5b3c-7000-8000-000000000005',
  org_id: orgId,
  key: 'checkout.new_flow',
  name: 'New checkout',
  description: null,
  type: 'boolean',
  tags: ['checkout'],
  maintainer_user_id: null,
  variants: [
    { name: 'off', value: false, weight: 1 },
    { name: 'on', value: true, weight: 1 },
  ],
  default_variant: 'off',
  prerequisites: [],
  salt: 'checkout.new_flow',
  metadata: { owner: 'team-checkout' },
  exposure_tracking: true,
  permanent: false,
  version: 1,
  ...stamps,
  archived_at: null,
};
export const flagListItem: FlagListItem = {
  ...flag,
  configs: [{ environment: 'dev', enabled: true, rules: 1, version: 2 }],
};
export const flagConfig: FlagConfigView = {
  flag_key: flag.key,
  environment: 'dev',
  enabled: true,
  rules: [{ id: '01997d1c-5b3c-7000-8000-000000000006', conditions: [], percentage: 50 }],
  targets: { on: ['user-1'] },
  version: 2,
  updated_at: at,
  updated_by: userId,
};
export const killSwitch: KillSwitchView = {
  id: '01997d1c-5b3c-7000-8000-000000000007',
  org_id: orgId,
  key: 'stop_checkout',
  name: 'Stop the checkout',
  description: null,
  linked_flag_keys: [flag.key],
  is_active: false,
  activated_at: null,
  activated_by: null,
  activation_reason: null,
  version: 1,
  ...stamps,
};
export const activeKillSwitch: KillSwitchView = {
  ...killSwitch,
  is_active: true,
  activated_at: at,
  activated_by: userId,
  activation_reason: 'Refunds are paid twice',
  version: 2,
};
export const auditEntry: AuditEntryView = {
  id: '01997d1c-5b3c-7000-8000-000000000008',
  seq: 1,
  timestamp: at,
  event: 'FlagUpdated',
  severity: 'info',
  actor: { type: 'user', id: userId, name: user.email },
  action: 'update',
  resource_type: 'flag',
  resource_id: flag.id,
  resource_key: flag.key,
  environment: null,
  diff: [{ op: 'replace', path: '/name', value: 'New checkout' }],
  reason: null,
  note: null,
  request_id: '01997d1c-5b3c-7000-8000-000000000000',
  user_agent: 'curl/8.5.0',
  metadata: {},
  hash: '0'.repeat(64),
};
export const wholeAuditEntry = { ...auditEntry, before: { name: 'Checkout' }, after: { name: 'New checkout' } };
export const deadLetter: DeadLetterView = {
  id: '42-mhz1k2ab',
  consumer: 'flags-environments',
  subject: `environment.created.${orgId}`,
  reason: 'not a known fact: data.name: Invalid input: expected string, received number',
  attempts: 1,
  at,
  message_id: '01997d1c-5b3c-7000-8000-000000000009',
  part: null,
  replayed_at: null,
};
export const rolledBack: RolledBack = { ...flagConfig, changed: true };
export const flagVersion: FlagVersionView = {
  version: 7,
  seq: 7,
  environment: 'dev',
  resource_version: 2,
  ruleset_version: 17,
  author: { type: 'user', id: userId, name: user.email },
  cause: 'person',
  note: 'Half of Germany',
  created_at: at,
  diff: [{ op: 'replace', path: '/enabled', value: true }],
};
export const evaluation: EvaluateAnswer = {
  results: [
    { flag_key: flag.key, variant: 'on', value: true, reason: { type: 'strategy', rule_id: 'rule-1' }, version: 1 },
  ],
  evaluated_at: at,
  version: '0mb8f2k1x.4.17',
};
