import { accountsRpc, endedSessions, REVOKED_AS_OF_TTL_MS, REVOKED_KEYS_WHOLE, SessionEndedV1 } from '#libs/contracts';
import { until } from '#libs/testing';
import { gatewayProcess, type GatewayProcess } from './world.js';

const id = (last: number): string => `01900000-0000-7000-8000-0000000000${last}`;

/** A session that ended is refused, by whichever way its end arrives. */
describe('ended sessions', () => {
  let gateway: GatewayProcess;
  let listed: readonly string[] = [];
  beforeAll(async () => {
    gateway = await gatewayProcess();
    gateway.services.answer(accountsRpc.listEndedSessions, () => ({
      as_of: new Date().toISOString(),
      session_ids: listed,
    }));
  });
  afterAll(() => gateway.stop());

  const tokenOf = (sid: string) => gateway.services.token('u-ada', { sid });
  const me = async (token: string) => (await gateway.call('GET', '/api/auth/me', { token })).code ?? 'admitted';
  const publishEnd = async (session_ids: readonly string[]): Promise<void> => {
    const fact = {
      id: '1',
      type: SessionEndedV1.type,
      version: SessionEndedV1.version,
      timestamp: new Date().toISOString(),
      org_id: null,
      actor: { type: 'system', id: 'loom' },
      data: { user_id: 'u-ada', session_ids },
      metadata: { correlation_id: 'r', source: 'accounts' },
    };
    (await gateway.bus.connection()).publish(SessionEndedV1.subject('platform'), JSON.stringify(fact));
    await gateway.bus.flush();
  };

  it('are refused from the fact on; other sessions go on', async () => {
    const [ended, other] = [await tokenOf(id(11)), await tokenOf(id(12))];
    expect(await me(ended)).toBe('admitted');

    await publishEnd([id(11)]);

    await until(async () => (await me(ended)) === 'invalid_token');
    expect(await me(other)).toBe('admitted');
  });

  it('are found in accounts when no fact arrives', async () => {
    const token = await tokenOf(id(13));
    expect(await me(token)).toBe('admitted');

    listed = [id(13)];

    await until(async () => (await me(token)) === 'invalid_token');
  });

  it('are found in Redis when no fact arrives', async () => {
    const token = await tokenOf(id(14));
    expect(await me(token)).toBe('admitted');

    const now = Date.now();
    const { client } = gateway.running.runtime.redis;
    await client.zadd(endedSessions.members, now, id(14), '+inf', REVOKED_KEYS_WHOLE);
    await client.set(endedSessions.asOf, now, 'PX', REVOKED_AS_OF_TTL_MS);

    await until(async () => (await me(token)) === 'invalid_token');
  });

  it('are ended by their person', async () => {
    const token = await tokenOf(id(15));

    const [list, others, one] = [
      await gateway.call('GET', '/api/auth/sessions?limit=10', { token }),
      await gateway.call('DELETE', '/api/auth/sessions', { token }),
      await gateway.call('DELETE', `/api/auth/sessions/${id(16)}`, { token }),
    ];

    expect([list.status, others.status, one.status]).toEqual([200, 200, 204]);
    expect(list.body).toMatchObject({ data: [{ address: '203.0.113.7' }], has_more: false });
    const asked = gateway.services.asked.filter(({ subject }) => subject.includes('session')).slice(-3);
    expect(asked.map(({ command }) => command)).toMatchObject([
      { session_id: id(15), page: { limit: 10 } },
      { session_id: id(15) },
      { target_id: id(16) },
    ]);
  });
});
