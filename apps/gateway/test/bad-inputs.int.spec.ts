import { ORG } from './builders.js';
import { gatewayProcess, type Call, type GatewayProcess } from './world.js';

const org = `/api/orgs/${ORG.id}`;
const flag = { key: 'checkout.new_flow', name: 'New checkout', type: 'boolean' };
const strategy = { name: 'x', conditions: [] };
const segment = { key: 'beta.testers', name: 'Beta' };
const member = { email: 'eve@example.com', role: 'member' };

describe('bad input to the management API', () => {
  let gateway: GatewayProcess;
  let token: string;
  beforeAll(async () => {
    gateway = await gatewayProcess();
    token = await gateway.services.person('u-admin', { role: 'admin', permissions: ['killswitch:activate'] });
  });
  afterAll(() => gateway.stop());
  const send = (method: string, path: string, call: Call = {}) => gateway.call(method, org + path, { token, ...call });

  it.each<[what: string, method: string, path: string, body: unknown, status: number, code: string]>([
    ['key with upper case', 'POST', '/flags', { key: 'Bad.flag', name: 'x', type: 'boolean' }, 400, 'invalid_flag_key'],
    ['key of two letters', 'POST', '/flags', { key: 'ab', name: 'x', type: 'boolean' }, 400, 'invalid_flag_key'],
    ['key of the wrong type', 'POST', '/flags', { key: 7, name: 'x', type: 'boolean' }, 400, 'invalid_flag_key'],
    ['no key', 'POST', '/flags', { name: 'x', type: 'boolean' }, 400, 'invalid_flag_key'],
    ['unknown type', 'POST', '/flags', { ...flag, type: 'date' }, 400, 'invalid_type'],
    ['mass assignment', 'POST', '/flags', { ...flag, version: 9 }, 400, 'unknown_field'],
    [
      'mass assignment and a bad key',
      'POST',
      '/flags',
      { key: 'X', name: 'x', type: 'boolean', org_id: 'y' },
      400,
      'unknown_field',
    ],
    ['variants that are no list', 'POST', '/flags', { ...flag, variants: {} }, 400, 'invalid_variant'],
    ['no name', 'POST', '/flags', { key: 'a.flag', type: 'boolean' }, 400, 'invalid_type'],
    ['a blank name', 'POST', '/flags', { ...flag, name: ' ' }, 400, 'invalid_name'],
    ['a name of 201', 'POST', '/flags', { ...flag, name: 'x'.repeat(201) }, 400, 'too_long'],
    ['null where nothing may be emptied', 'POST', '/flags', { ...flag, tags: null }, 400, 'invalid_type'],
    ['two wrong fields: the first', 'POST', '/flags', { key: 'X', name: '', type: 'date' }, 400, 'invalid_flag_key'],
    ['a type that changes', 'PATCH', '/flags/checkout.new_flow', { type: 'string' }, 400, 'unknown_field'],
    ['rules that are no list', 'PATCH', '/flags/checkout.new_flow/configs/dev', { rules: 'x' }, 400, 'invalid_rule'],
    ['targets that are a list', 'PATCH', '/flags/checkout.new_flow/configs/dev', { targets: [] }, 400, 'invalid_type'],
    [
      'kill switch key with a dash',
      'POST',
      '/kill-switches',
      { key: 'a-b-c', name: 'x', linked_flag_keys: [] },
      400,
      'invalid_kill_switch_key',
    ],
    [
      'a linked key that is none',
      'POST',
      '/kill-switches',
      { key: 'abc', name: 'x', linked_flag_keys: ['A'] },
      400,
      'invalid_flag_key',
    ],
    ['no reason', 'POST', '/kill-switches/stop_checkout/activate', {}, 400, 'reason_required'],
    ['a blank reason', 'POST', '/kill-switches/stop_checkout/activate', { reason: ' \n' }, 400, 'reason_required'],
    [
      'a reason of 2,001',
      'POST',
      '/kill-switches/stop_checkout/activate',
      { reason: 'x'.repeat(2_001) },
      400,
      'too_long',
    ],
    [
      'a field where there is none',
      'POST',
      '/kill-switches/stop_checkout/deactivate',
      { why: 'x' },
      400,
      'unknown_field',
    ],
    ['upper case environment', 'POST', '/environments', { name: 'Staging' }, 400, 'invalid_environment_name'],
    ['colour word', 'POST', '/environments', { name: 'staging', color: 'red' }, 400, 'invalid_color'],
    [
      'a key type of the other family',
      'POST',
      '/environments/dev/sdk-keys',
      { name: 'x', key_type: 'rw' },
      400,
      'invalid_type',
    ],
    [
      'an origin with a path',
      'POST',
      '/environments/dev/sdk-keys',
      { name: 'x', key_type: 'client', allowed_origins: ['https://a.example/b'] },
      400,
      'invalid_type',
    ],
    [
      'a date as expiry',
      'POST',
      '/environments/dev/sdk-keys',
      { name: 'x', key_type: 'client', expires_at: 'tomorrow' },
      400,
      'invalid_timestamp',
    ],
    ['a strategy for 101 %', 'POST', '/strategies', { ...strategy, percentage: 101 }, 400, 'invalid_percentage'],
    ['a percentage that is a text', 'POST', '/strategies', { ...strategy, percentage: '5' }, 400, 'invalid_percentage'],
    ['a strategy without conditions', 'POST', '/strategies', { name: 'x' }, 400, 'invalid_condition'],
    ['conditions that are a text', 'POST', '/strategies', { name: 'x', conditions: 'x' }, 400, 'invalid_condition'],
    ['a schedule that is a list', 'POST', '/strategies', { ...strategy, schedule: [] }, 400, 'invalid_schedule'],
    ['a segment key with a dash', 'POST', '/segments', { key: 'a-b-c', name: 'x' }, 400, 'invalid_segment_key'],
    ['a member that is no text', 'POST', '/segments', { ...segment, included: [7] }, 400, 'invalid_user_id'],
    ['a segment that is renamed', 'PATCH', '/segments/beta.testers', { key: 'abc' }, 400, 'unknown_field'],
    ['a strategy id that is none', 'GET', '/strategies/7', undefined, 400, 'invalid_id'],
    ['101 flags', 'POST', '/bulk/flags', { items: Array(101).fill(flag) }, 400, 'batch_too_large'],
    ['a flag that is a text', 'POST', '/bulk/flags', { items: ['x'] }, 400, 'invalid_type'],
    ['bulk without items', 'POST', '/bulk/flags', {}, 400, 'invalid_type'],
    ['a key that is none', 'POST', '/bulk/flags/archive', { keys: ['X'] }, 400, 'invalid_flag_key'],
    ['a rollback to half a version', 'POST', '/flags/abc/rollback', { to_version: 0.5 }, 400, 'invalid_type'],
    ['a rollback to a text', 'POST', '/flags/abc/rollback', { to_version: '1' }, 400, 'invalid_type'],
    ['a copy from nowhere', 'POST', '/flags/abc/configs/dev/copy', {}, 400, 'invalid_type'],
    ['an evaluation of nobody', 'POST', '/evaluate', { environment: 'dev' }, 400, 'invalid_context'],
    ['an evaluation for a list', 'POST', '/evaluate', { environment: 'dev', context: [] }, 400, 'invalid_context'],
    ['an evaluation nowhere', 'POST', '/evaluate', { context: {} }, 400, 'invalid_environment_name'],
    [
      'an evaluation of 501 flags',
      'POST',
      '/evaluate',
      { environment: 'dev', context: {}, flags: Array(501).fill('a.b') },
      400,
      'too_many_flags',
    ],
    ['a member without an address', 'POST', '/members', { role: 'member' }, 400, 'invalid_email'],
    ['a member of no role', 'POST', '/members', { ...member, role: 'owner' }, 400, 'invalid_type'],
    ['a made-up permission', 'POST', '/members', { ...member, permissions: ['root'] }, 400, 'invalid_type'],
    ['a member id that is none', 'DELETE', '/members/7', undefined, 400, 'invalid_id'],
    ['an environment that is renamed', 'PATCH', '/environments/dev', { name: 'test' }, 400, 'unknown_field'],
    ['a position before the first', 'PATCH', '/environments/dev', { position: 0 }, 400, 'invalid_type'],
    ['no body', 'POST', '/flags', undefined, 400, 'empty_body'],
    ['broken JSON', 'POST', '/flags', '{"key":', 400, 'invalid_json'],
    ['a duplicate key', 'POST', '/flags', '{"key":"abc","key":"abd"}', 400, 'duplicate_key'],
    ['a list', 'POST', '/flags', '[]', 400, 'invalid_type'],
    ['an unknown query parameter', 'GET', '/flags?sort=name', undefined, 400, 'unknown_field'],
    ['limit 0', 'GET', '/flags?limit=0', undefined, 400, 'invalid_limit'],
    ['limit 201', 'GET', '/audit?limit=201', undefined, 400, 'invalid_limit'],
    ['an order of its own', 'GET', '/flags?order=up', undefined, 400, 'invalid_type'],
    ['a time that is none', 'GET', '/audit?from=yesterday', undefined, 400, 'invalid_timestamp'],
    ['a key id that is none', 'DELETE', '/keys/7', undefined, 400, 'invalid_id'],
    ['an unknown flag', 'GET', '/flags/no.such_flag', undefined, 404, 'not_found'],
    ['a flag that cannot be', 'GET', '/flags/No%2FSuch', undefined, 404, 'not_found'],
    ['an environment that cannot be', 'GET', '/environments/DEV', undefined, 404, 'not_found'],
  ])('refuses %s without a request to a service', async (_what, ...[method, path, body, status, code]) => {
    const answer = await send(method, path, { body });

    expect([answer.status, answer.code]).toEqual([status, code]);
    expect(answer.body).toEqual({
      error: {
        code,
        message: expect.any(String),
        details: expect.any(Array),
        request_id: answer.headers.get('x-request-id'),
      },
    });
    expect(
      gateway.services.asked.filter(({ subject }) => /create|update|delete|activate|revoke/.test(subject)),
    ).toEqual([]);
  });
});
