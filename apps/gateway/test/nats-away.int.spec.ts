import { ORG } from './builders.js';
import { gatewayProcess, type GatewayProcess } from './world.js';

const org = `/api/orgs/${ORG.id}`;
const flag = { key: 'checkout.new_flow', name: 'New checkout', type: 'boolean' };

describe('the management API while NATS is away', () => {
  let gateway: GatewayProcess;
  beforeAll(async () => {
    gateway = await gatewayProcess();
  });
  afterAll(() => gateway.stop());

  const whenBack = async (token: string): Promise<number> => {
    for (;;) {
      const { status } = await gateway.call('GET', `${org}/flags`, { token });
      if (status !== 503) return status;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };

  it('is 503 bus_unavailable, works again when NATS is back, and has then forgotten all memberships', async () => {
    const { services, servers } = gateway;
    const token = await services.person('u-admin', { role: 'admin' });
    const leaver = await services.person('u-leaver', { role: 'admin' });
    for (const who of [token, leaver]) {
      expect((await gateway.call('POST', `${org}/flags`, { token: who, body: flag })).status).toBe(201);
    }

    await servers.nats.kill9();
    const away = await gateway.call('POST', `${org}/flags`, { token, body: flag });
    services.memberships.delete('u-leaver');
    await servers.nats.restart();

    expect([away.status, away.code, away.headers.get('retry-after')]).toEqual([503, 'bus_unavailable', '1']);
    expect([await whenBack(token), await whenBack(leaver)]).toEqual([200, 404]);
  });

  it('is 503 when the other service is away', async () => {
    const token = await gateway.services.person('u-admin', { role: 'admin' });
    await gateway.call('GET', `${org}/flags`, { token });

    await gateway.bus.drain();

    const { status, code } = await gateway.call('GET', `${org}/flags`, { token });
    expect([status, code]).toEqual([503, 'bus_unavailable']);
  });
});
