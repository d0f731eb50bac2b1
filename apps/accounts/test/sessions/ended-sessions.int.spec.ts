import { accountsRpc, endedSessions, REVOKED_KEYS_WHOLE, SessionEndedV1, type FactOf } from '#libs/contracts';
import { until } from '#libs/testing';
import { ADMIN, accountsProcess, anOrigin, type AccountsProcess } from '../world.js';

/** The lists from which gateways learn which sessions ended. */
describe('ended sessions', () => {
  let accounts: AccountsProcess;
  beforeAll(async () => {
    accounts = await accountsProcess();
  });
  afterAll(() => accounts.stop());

  const redis = () => accounts.running.runtime.redis.client;
  const stranger = () => anOrigin('platform', 'stranger', { type: 'system' });
  const sidOf = (token: string) =>
    (JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString()) as { sid: string }).sid;
  const signIn = async () => {
    const command = { ...ADMIN, client_type: 'native' as const, address: '192.0.2.1' };
    const pair = await accounts.ask(accountsRpc.signIn, command, stranger());
    return { ...pair, sid: sidOf(pair.access_token) };
  };
  const listed = (sid: string) => redis().zscore(endedSessions.members, sid);

  it('are in Redis before their fact is published', async () => {
    const { refresh_token, sid } = await signIn();
    const found: unknown[] = [];
    accounts.running.runtime.bus.subscribe(SessionEndedV1.everyScope, async (message) => {
      const { data } = JSON.parse(message.string()) as FactOf<typeof SessionEndedV1>;
      if (data.session_ids.includes(sid)) found.push(await listed(sid));
    });
    await accounts.running.runtime.bus.flush();

    await accounts.ask(accountsRpc.signOut, { refresh_token }, stranger());

    await until(() => found.length === 1);
    expect(found).toEqual([expect.any(String)]);
  });

  it('are listed since a time, with the time up to which the list is complete', async () => {
    const before = new Date(Date.now() - 1_000).toISOString();
    const { refresh_token, sid } = await signIn();
    await accounts.ask(accountsRpc.signOut, { refresh_token }, stranger());

    const { session_ids, as_of } = await accounts.ask(accountsRpc.listEndedSessions, { since: before });
    const later = new Date(Date.parse(as_of) + 60_000).toISOString();

    expect(session_ids).toContain(sid);
    expect(Date.parse(as_of)).toBeGreaterThanOrEqual(Date.parse(before));
    await expect(accounts.ask(accountsRpc.listEndedSessions, { since: later })).resolves.toMatchObject({
      session_ids: [],
    });
  });

  it('are in Redis again after a flush, in a list that is marked as whole; older ends than a token lives are not', async () => {
    const [recent, old] = [await signIn(), await signIn()];
    for (const { refresh_token } of [recent, old]) {
      await accounts.ask(accountsRpc.signOut, { refresh_token }, stranger());
    }
    await accounts.database.sql(`update session set ended_at = now() - interval '2 hours' where id = $1`, [old.sid]);
    await until(async () => (await accounts.database.sql('select 1 from outbox')).length === 0);

    await redis().flushall();

    await until(async () => (await listed(recent.sid)) !== null);
    expect(await listed(old.sid)).toBeNull();
    expect(await redis().zscore(endedSessions.members, REVOKED_KEYS_WHOLE)).toBe('inf');
    expect(await redis().get(endedSessions.asOf)).not.toBeNull();
  });
});
