import { AuditRecordedV1, formatApiKey, parseFact, type FactOf } from '#libs/contracts';
import { ORG } from './builders.js';
import { gatewayProcess, type GatewayProcess } from './world.js';

type Entry = FactOf<typeof AuditRecordedV1>;
const flags = `/api/orgs/${ORG.id}/flags`;
const flag = { key: 'checkout.new_flow', name: 'New checkout', type: 'boolean' };

describe('the audit entry of a refused attempt', () => {
  let gateway: GatewayProcess;
  let entries: Entry[] = [];
  beforeAll(async () => {
    gateway = await gatewayProcess();
    gateway.bus.subscribe(AuditRecordedV1.everyScope, (message) => {
      entries.push(parseFact(message.string(), [AuditRecordedV1]) as Entry);
    });
    await gateway.bus.flush();
  });
  afterAll(() => gateway.stop());
  beforeEach(() => {
    entries = [];
  });
  const entriesOf = async (): Promise<object[]> => {
    while (entries.length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    await gateway.running.runtime.bus.flush();
    return entries.map(({ org_id, actor, data: { event, severity, resource_id: route, reason, metadata } }) => ({
      org_id, actor: actor.id, event, severity, route, reason, org: metadata['org'],
    })); // prettier-ignore
  };

  it('names a person without the permission, once for many attempts', async () => {
    const token = await gateway.services.person('u-member', { role: 'member' });
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => gateway.call('POST', flags, { token, body: flag })),
    );

    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([403]));
    expect(await entriesOf()).toEqual([
      {
        org_id: ORG.id,
        actor: 'u-member',
        event: 'AccessDenied',
        severity: 'warning',
        route: 'POST /api/orgs/:org/flags',
        reason: 'forbidden',
        org: ORG.id,
      },
    ]);
  });

  it('names a person that calls another organization', async () => {
    const token = await gateway.services.person('u-foreign');
    const { status } = await gateway.call('GET', flags, { token });

    expect(status).toBe(404);
    expect(await entriesOf()).toMatchObject([
      {
        org_id: null,
        actor: 'u-foreign',
        reason: 'other_organization',
        org: ORG.id,
        route: 'GET /api/orgs/:org/flags',
      },
    ]);
  });

  it('names an API key that calls a route of people', async () => {
    const key = await gateway.services.key(formatApiKey('flags_server', 'dev', 'b1b2c3d4e5f6'.padEnd(40, '0')));
    const { status } = await gateway.call('GET', flags, { token: key });

    expect(status).toBe(403);
    expect(await entriesOf()).toMatchObject([{ org_id: ORG.id, reason: 'forbidden_for_key_type' }]);
  });

  it('names a revoked API key that calls a route of people', async () => {
    const text = formatApiKey('flags_server', 'dev', 'c1b2c3d4e5f6'.padEnd(40, '0'));
    const key = await gateway.services.key(text, { revoked_at: '2026-01-01T00:00:00Z' });
    const { status } = await gateway.call('GET', flags, { token: key });

    expect(status).toBe(401);
    expect(await entriesOf()).toMatchObject([
      { org_id: ORG.id, reason: 'revoked_key', route: 'GET /api/orgs/:org/flags' },
    ]);
  });

  it('is not written for unknown objects and invalid tokens', async () => {
    const token = await gateway.services.person('u-admin', { role: 'admin' });
    await gateway.call('GET', `${flags}/no.such.flag`, { token });
    await gateway.call('GET', flags, { token: 'no.token.atall' });
    await gateway.running.runtime.refusals.publish();
    await gateway.running.runtime.bus.flush();
    await gateway.bus.flush();

    expect(entries.filter(({ actor }) => actor.id === 'u-admin')).toEqual([]);
  });
});
