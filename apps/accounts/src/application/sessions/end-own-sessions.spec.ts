import {
  claimsOf,
  DAY_MS,
  InMemoryAccounts,
  PASSWORD,
  platformOrigin,
  stranger,
} from '../../../test/in-memory/world.js';
import type { User } from '../../domain/people/user.js';

describe('own sessions', () => {
  let accounts: InMemoryAccounts;
  let ann: User;
  let bob: User;
  beforeEach(async () => {
    accounts = new InMemoryAccounts();
    [ann, bob] = [await accounts.user('ann@loom.localhost'), await accounts.user('bob@loom.localhost')];
  });
  const page = { limit: 50, order: 'asc' } as const;
  const signIn = async (user: User) => {
    const origin = { ...stranger, user_agent: 'Firefox', ip: '192.0.2.7' };
    const command = { email: user.email, password: PASSWORD, client_type: 'web' as const, address: '192.0.2.7' };
    const { access_token } = await accounts.useCases().signIn.execute(command, origin);
    accounts.arranged();
    return String(claimsOf(access_token)['sid']);
  };
  const list = async (session_id?: string) =>
    (await accounts.useCases().listSessions.execute({ session_id, page }, platformOrigin(ann))).data;

  it('are listed with time, address and user agent; the one of the request is marked', async () => {
    const [own, other] = [await signIn(ann), await signIn(ann)];
    await signIn(bob);

    expect(await list(own)).toEqual([
      {
        id: own,
        current: true,
        client_type: 'web',
        created_at: expect.any(String),
        last_used_at: expect.any(String),
        expires_at: expect.any(String),
        address: '192.0.2.7',
        user_agent: 'Firefox',
      },
      expect.objectContaining({ id: other, current: false }),
    ]);
  });

  it('end one by one, with a fact and an audit entry, and are listed as ended for gateways', async () => {
    const [own, other] = [await signIn(ann), await signIn(ann)];
    const { endSession, listEndedSessions } = accounts.useCases();

    await endSession.execute({ target_id: other }, platformOrigin(ann));

    expect((await list(own)).map(({ id }) => id)).toEqual([own]);
    expect(accounts.facts).toMatchObject([{ type: 'session.ended', data: { user_id: ann.id, session_ids: [other] } }]);
    expect(accounts.audited).toMatchObject([{ data: { event: 'SessionEnded', resource_id: other } }]);
    const since = new Date(accounts.clock.now().getTime() - 1_000).toISOString();
    await expect(listEndedSessions.execute({ since })).resolves.toMatchObject({ session_ids: [other] });
    await expect(endSession.execute({ target_id: other }, platformOrigin(ann))).rejects.toMatchObject({
      code: 'not_found',
    });
  });

  it('of other people look as if they did not exist', async () => {
    const target_id = await signIn(bob);

    const ending = accounts.useCases().endSession.execute({ target_id }, platformOrigin(ann));

    await expect(ending).rejects.toMatchObject({ code: 'not_found' });
    expect(accounts.uow.tables.sessions.get(target_id)?.endedAt).toBeUndefined();
  });

  it('end all but the one of the request; again, nothing happens', async () => {
    const [own, other] = [await signIn(ann), await signIn(ann)];
    const endOthers = () => accounts.useCases().endOtherSessions.execute({ session_id: own }, platformOrigin(ann));

    await expect(endOthers()).resolves.toEqual({ ended_sessions: 1 });
    await expect(endOthers()).resolves.toEqual({ ended_sessions: 0 });

    expect(accounts.facts).toMatchObject([{ data: { session_ids: [other] } }]);
    expect(accounts.audited).toMatchObject([{ data: { event: 'SessionEnded', metadata: { ended: 1 } } }]);
    expect((await list(own)).map(({ id }) => id)).toEqual([own]);
  });

  it('belong to people alone', async () => {
    const { listSessions, endSession, endOtherSessions } = accounts.useCases();
    const target_id = await signIn(ann);
    const key = { ...platformOrigin(ann), actor: { type: 'api_key' as const, id: ann.id } };

    for (const origin of [stranger, key]) {
      for (const ask of [
        async () => listSessions.execute({ page }, origin),
        async () => endSession.execute({ target_id }, origin),
        async () => endOtherSessions.execute({}, origin),
      ]) {
        await expect(ask()).rejects.toMatchObject({ code: 'forbidden' });
      }
    }
    expect(accounts.uow.tables.sessions.get(target_id)?.endedAt).toBeUndefined();
  });

  it('are listed while they can be renewed: a week after the last use, and thirty days after the sign-in', async () => {
    await signIn(ann);
    accounts.clock.advance(7 * DAY_MS - 1);
    expect(await list()).toHaveLength(1);
    accounts.clock.advance(1);
    expect(await list()).toEqual([]);

    const native = { email: ann.email, password: PASSWORD, client_type: 'native' as const, address: 'here' };
    await accounts.useCases().signIn.execute(native, stranger);
    const [session] = await list();
    expect(Date.parse(session!.expires_at) - accounts.clock.at).toBe(30 * DAY_MS);
    accounts.clock.advance(30 * DAY_MS);
    expect(await list()).toEqual([]);
  });

  it('end the session of the request too, as one of a person, outside of every organization', async () => {
    const own = await signIn(ann);
    const origin = { ...platformOrigin(ann), scope: 'acme' };

    await accounts.useCases().endSession.execute({ target_id: own }, origin);

    expect(accounts.uow.queued.map(({ type, org_id }) => [type, org_id])).toEqual([
      ['session.ended', null],
      ['audit.recorded', null],
    ]);
    expect(await list(own)).toEqual([]);
  });

  it('end once when two requests end the same one', async () => {
    const target_id = await signIn(ann);
    const end = () => accounts.useCases().endSession.execute({ target_id }, platformOrigin(ann));

    const outcomes = await Promise.allSettled([end(), end()]);

    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    expect(accounts.facts).toHaveLength(1);
  });

  it('keep all of other people when one ends the others without a session of the request', async () => {
    const [own, others] = [await signIn(ann), await signIn(bob)];

    const answer = await accounts.useCases().endOtherSessions.execute({}, platformOrigin(ann));

    expect(answer).toEqual({ ended_sessions: 1 });
    expect(accounts.uow.tables.sessions.get(own)?.endedAt).toEqual(accounts.clock.now());
    expect(accounts.uow.tables.sessions.get(others)?.endedAt).toBeUndefined();
  });

  it('that end together are announced in facts of at most 500', async () => {
    const sessions = await accounts.uow.acrossOrganizations(async (stores) => {
      const { endSessionsOf } = await import('./end-sessions.js');
      for (let i = 0; i < 501; i += 1) {
        const session = { id: `s${i}`, userId: ann.id, clientType: 'web', createdAt: accounts.clock.now() } as const;
        const token = { id: `t${i}`, sessionId: session.id, hash: `h${i}`, createdAt: session.createdAt };
        await stores.sessions.open(session, { ...token, expiresAt: session.createdAt });
      }
      return endSessionsOf(stores, { userId: ann.id, at: accounts.clock.now(), origin: platformOrigin(ann) });
    });

    expect(sessions).toBe(501);
    const counts = accounts.facts.map(({ data }) => (data as { session_ids: string[] }).session_ids.length);
    expect(counts).toEqual([500, 1]);
  });
});
