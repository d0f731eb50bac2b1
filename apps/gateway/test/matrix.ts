import type { Route } from '#libs/testing';
import { ORG } from './builders.js';
import type { GatewayProcess } from './world.js';

const org = `/api/orgs/${ORG.id}`;
const admin = '/api/admin';
export const ID = '01900000-0000-7000-8000-0000000000e1';
const flag = { key: 'checkout.new_flow', name: 'New checkout', type: 'boolean' };
const killSwitch = { key: 'stop_checkout', name: 'Stop', linked_flag_keys: [] };
const strategy = { name: 'All', conditions: [] };
const segment = { key: 'beta.testers', name: 'Beta' };

/** The people that may do each action. */
const allowed = {
  'signed in': ['stranger', 'foreignAdmin', 'member', 'operator', 'admin', 'remover', 'superAdmin'],
  read: ['member', 'operator', 'admin', 'remover', 'superAdmin'],
  'try out': ['member', 'operator', 'admin', 'remover', 'superAdmin'],
  edit: ['admin', 'remover'],
  'delete for good': ['remover', 'superAdmin'],
  throw: ['operator'],
  keys: ['admin', 'remover', 'superAdmin'],
  settings: ['admin', 'remover', 'superAdmin'],
  query: ['member', 'operator', 'admin', 'remover', 'superAdmin'],
  audit: ['admin', 'remover', 'superAdmin'],
  platform: ['superAdmin'],
} as const satisfies Record<string, readonly Person[]>;
type Action = keyof typeof allowed;

export const people = {
  stranger: undefined,
  foreignAdmin: { role: 'admin', permissions: ['admin:force_delete'], orgId: '01900000-0000-7000-8000-00000000000b' },
  member: { role: 'member' },
  operator: { role: 'member', permissions: ['killswitch:activate'] },
  admin: { role: 'admin' },
  remover: { role: 'admin', permissions: ['admin:force_delete'] },
  superAdmin: { role: null, isSuperAdmin: true },
} as const;
type Person = keyof typeof people;
export const keys = {
  flagsServer: `loom_flags_server_dev_${'a'.repeat(40)}`,
  flagsClient: `loom_flags_client_dev_${'b'.repeat(40)}`,
  analyticsWrite: `loom_analytics_write_${'c'.repeat(40)}`,
  analyticsRw: `loom_analytics_rw_dev_${'d'.repeat(40)}`,
};

/** A route of people: its action, method, path, a valid body, and the status of a success. */
export type Row = readonly [action: Action, method: string, path: string, body: unknown, success: number];

type ObjectActions = Readonly<Record<'read' | 'edit' | 'remove' | 'throwing' | 'audit', Action>>;
const inOrganization: ObjectActions = {
  read: 'read',
  edit: 'edit',
  remove: 'delete for good',
  throwing: 'throw',
  audit: 'audit',
};
const onPlatform: ObjectActions = {
  read: 'platform',
  edit: 'platform',
  remove: 'platform',
  throwing: 'platform',
  audit: 'platform',
};

/** Routes that an organization and the platform have in common. */
const objects = (prefix: string, { read, edit, remove, throwing, audit }: ObjectActions): Row[] => [
  [read, 'GET', `${prefix}/flags`, undefined, 200],
  [edit, 'POST', `${prefix}/flags`, flag, 201],
  [read, 'GET', `${prefix}/flags/checkout.new_flow`, undefined, 200],
  [edit, 'PATCH', `${prefix}/flags/checkout.new_flow`, { name: 'x' }, 200],
  [remove, 'DELETE', `${prefix}/flags/checkout.new_flow`, undefined, 204],
  [edit, 'POST', `${prefix}/flags/checkout.new_flow/archive`, undefined, 200],
  [edit, 'POST', `${prefix}/flags/checkout.new_flow/restore`, undefined, 200],
  [read, 'GET', `${prefix}/flags/checkout.new_flow/history`, undefined, 200],
  [edit, 'POST', `${prefix}/flags/checkout.new_flow/rollback`, { to_version: 1 }, 200],
  [read, 'GET', `${prefix}/flags/checkout.new_flow/configs`, undefined, 200],
  [read, 'GET', `${prefix}/flags/checkout.new_flow/configs/dev`, undefined, 200],
  [edit, 'PATCH', `${prefix}/flags/checkout.new_flow/configs/dev`, { enabled: true }, 200],
  [edit, 'POST', `${prefix}/flags/checkout.new_flow/configs/dev/copy`, { from: 'prod' }, 200],
  [read, 'GET', `${prefix}/strategies`, undefined, 200],
  [edit, 'POST', `${prefix}/strategies`, strategy, 201],
  [read, 'GET', `${prefix}/strategies/${ID}`, undefined, 200],
  [edit, 'PATCH', `${prefix}/strategies/${ID}`, { percentage: 5 }, 200],
  [edit, 'DELETE', `${prefix}/strategies/${ID}`, undefined, 204],
  [read, 'GET', `${prefix}/segments`, undefined, 200],
  [edit, 'POST', `${prefix}/segments`, segment, 201],
  [read, 'GET', `${prefix}/segments/beta.testers`, undefined, 200],
  [edit, 'PATCH', `${prefix}/segments/beta.testers`, { included: ['user-1'] }, 200],
  [edit, 'DELETE', `${prefix}/segments/beta.testers`, undefined, 204],
  [read, 'GET', `${prefix}/kill-switches`, undefined, 200],
  [edit, 'POST', `${prefix}/kill-switches`, killSwitch, 201],
  [read, 'GET', `${prefix}/kill-switches/stop_checkout`, undefined, 200],
  [edit, 'PATCH', `${prefix}/kill-switches/stop_checkout`, { name: 'x' }, 200],
  [edit, 'DELETE', `${prefix}/kill-switches/stop_checkout`, undefined, 204],
  [throwing, 'POST', `${prefix}/kill-switches/stop_checkout/activate`, { reason: 'x' }, 200],
  [throwing, 'POST', `${prefix}/kill-switches/stop_checkout/deactivate`, {}, 200],
  [audit, 'GET', `${prefix}/audit`, undefined, 200],
  [audit, 'GET', `${prefix}/audit/1`, undefined, 200],
];

export const rows: readonly Row[] = [
  ['signed in', 'GET', '/api/auth/me', undefined, 200],
  ['signed in', 'POST', '/api/auth/password', { current: 'x', new: 'correct horse battery' }, 200],
  ['signed in', 'GET', '/api/auth/sessions', undefined, 200],
  ['signed in', 'DELETE', '/api/auth/sessions', undefined, 200],
  ['signed in', 'DELETE', `/api/auth/sessions/${ID}`, undefined, 204],
  ['platform', 'POST', '/api/auth/users', { email: 'eve@example.com' }, 201],
  ['signed in', 'GET', '/api/orgs', undefined, 200],
  ['signed in', 'POST', '/api/orgs', { name: 'Acme' }, 201],
  ['read', 'GET', org, undefined, 200],
  ['settings', 'PATCH', org, { name: 'Acme' }, 200],
  ['settings', 'GET', `${org}/members`, undefined, 200],
  ['settings', 'POST', `${org}/members`, { email: 'eve@example.com', role: 'member' }, 201],
  ['settings', 'GET', `${org}/invitations`, undefined, 200],
  ['settings', 'DELETE', `${org}/invitations/${ID}`, undefined, 204],
  ['settings', 'PATCH', `${org}/members/${ID}`, { role: 'admin' }, 200],
  ['settings', 'DELETE', `${org}/members/${ID}`, undefined, 204],
  ['read', 'GET', `${org}/environments`, undefined, 200],
  ['settings', 'POST', `${org}/environments`, { name: 'staging' }, 201],
  ['read', 'GET', `${org}/environments/dev`, undefined, 200],
  ['settings', 'PATCH', `${org}/environments/dev`, { position: 2 }, 200],
  ['settings', 'DELETE', `${org}/environments/dev`, undefined, 204],
  ['keys', 'GET', `${org}/environments/dev/sdk-keys`, undefined, 200],
  ['keys', 'POST', `${org}/environments/dev/sdk-keys`, { name: 'Shop', key_type: 'server' }, 201],
  ['keys', 'GET', `${org}/analytics/keys`, undefined, 200],
  ['keys', 'POST', `${org}/analytics/keys`, { name: 'Shop', key_type: 'rw' }, 201],
  ['keys', 'DELETE', `${org}/keys/${ID}`, undefined, 204],
  ['edit', 'POST', `${org}/bulk/flags`, { items: [flag] }, 201],
  ['edit', 'POST', `${org}/bulk/flags/archive`, { keys: [flag.key] }, 201],
  ['try out', 'POST', `${org}/evaluate`, { environment: 'dev', context: {} }, 200],
  ['read', 'GET', `${org}/propagation`, undefined, 200],
  ...objects(org, inOrganization),
  ...objects(admin, onPlatform),
  ['query', 'GET', `${org}/analytics/events`, undefined, 200],
  ['query', 'GET', `${org}/analytics/events/count`, undefined, 200],
  ['query', 'GET', `${org}/analytics/live`, undefined, 200],
  ['platform', 'GET', `${admin}/orgs`, undefined, 200],
  ['platform', 'GET', `${admin}/users`, undefined, 200],
  ['platform', 'PATCH', `${admin}/users/${ID}`, { is_super_admin: true }, 200],
  ['platform', 'DELETE', `${admin}/users/${ID}`, undefined, 204],
  ['platform', 'POST', `${admin}/users/${ID}/lock`, undefined, 200],
  ['platform', 'POST', `${admin}/users/${ID}/unlock`, undefined, 200],
  ['platform', 'POST', `${admin}/users/${ID}/sign-out`, undefined, 200],
  ['platform', 'POST', `${admin}/users/${ID}/reset-link`, undefined, 201],
  ['platform', 'POST', `${admin}/signing-keys`, undefined, 201],
  ['platform', 'GET', `${admin}/dead-letters`, undefined, 200],
  ['platform', 'POST', `${admin}/dead-letters/${ID}/replay`, undefined, 202],
];

interface Verdict {
  readonly who: string;
  readonly got: readonly [status: number, code: string | undefined];
  readonly expected: readonly [status: number, code: string | undefined];
}

/** Calls a route as each of the callers. Returns the callers with another answer than the table expects. */
export async function wrongVerdicts(
  gateway: GatewayProcess,
  tokens: Readonly<Record<string, string>>,
  row: Row,
): Promise<readonly Verdict[]> {
  const [, method, path, body] = row;
  const verdicts: Verdict[] = [];
  for (const who of [...Object.keys(people), ...Object.keys(keys), 'reader', 'nobody']) {
    const { status, code } = await gateway.call(method, path, { token: tokens[who], body });
    verdicts.push({ who, got: [status, code], expected: expectedOf(row, who) });
  }
  return verdicts.filter(({ got, expected }) => got.join() !== expected.join());
}

function expectedOf([action, method, , , success]: Row, who: string): Verdict['expected'] {
  const isAllowed = (person: string) => (allowed[action] as readonly string[]).includes(person);
  if (who === 'nobody') return [401, 'unauthenticated'];
  if (who in keys) return [403, 'forbidden_for_key_type'];
  if (who === 'reader') {
    const isRead = method === 'GET' || action === 'try out';
    return isRead && isAllowed('admin') ? [success, undefined] : [403, 'forbidden'];
  }
  if (isAllowed(who)) return [success, undefined];
  const isOutside = who === 'stranger' || who === 'foreignAdmin';
  return isOutside && action !== 'platform' ? [404, 'not_found'] : [403, 'forbidden'];
}

/** Routes of people without a row, and rows without a route. */
export function unmatched(table: readonly Route[]): readonly string[] {
  const routes = table
    .filter(({ access, method }) => access.kind === 'person' && method !== 'HEAD')
    .map(({ method, url }) => `${method} ${url}`);
  const tested = rows.map(([, method, path]) => `${method} ${patternOf(path)}`);
  return [...routes.filter((route) => !tested.includes(route)), ...tested.filter((route) => !routes.includes(route))];
}

function patternOf(path: string): string {
  return path
    .replace(org, '/api/orgs/:org')
    .replace(/checkout\.new_flow|stop_checkout|beta\.testers/, ':key')
    .replace('/dev', '/:env')
    .replace('/audit/1', '/audit/:seq')
    .replace(`members/${ID}`, 'members/:user_id')
    .replace(`users/${ID}`, 'users/:user_id')
    .replace(ID, ':id');
}
