import type { PlatformStores } from '../../src/application/ports/unit-of-work.js';
import type { RefreshToken, Session } from '../../src/domain/sessions/session.js';
import { aSession, aSigningKey, aToken, day, UNKNOWN } from './builders.js';
import { aUserIn, type SubjectOf } from './subject.js';

export function sessionsContract(subject: SubjectOf): void {
  describe('a session', () => {
    let userId: string;
    beforeEach(async () => {
      userId = (await aUserIn(subject())).id;
    });
    const across = <T>(work: (stores: PlatformStores) => Promise<T>) => subject().uow.acrossOrganizations(work);
    const opened = async (changes: Partial<Session> = {}) => {
      const session = aSession(userId, changes);
      const first = aToken(session.id);
      await across(({ sessions }) => sessions.open(session, first));
      return { session, first };
    };
    const present = ({ hash }: RefreshToken) => across(({ sessions }) => sessions.present(hash));

    it('is presented by the hash of its token', async () => {
      const { session, first } = await opened({ clientType: 'native', scope: 'read' });

      await expect(present(first)).resolves.toEqual({ session, token: first, successor: undefined });
      await expect(across(({ sessions }) => sessions.present('unknown'))).resolves.toBeUndefined();
    });

    it('goes on with the successor of a token that was used', async () => {
      const { session, first } = await opened();
      const second = aToken(session.id, { createdAt: day(2), expiresAt: day(9) });
      const used = { ...first, usedAt: day(2), successorId: second.id };
      const use = { at: day(2), address: '192.0.2.1', userAgent: 'Firefox' };

      await across(({ sessions }) => sessions.rotate(used, second, use));

      const renewed = { ...session, lastUse: use };
      await expect(present(first)).resolves.toEqual({ session: renewed, token: used, successor: second });
      await expect(present(second)).resolves.toEqual({ session: renewed, token: second, successor: undefined });
    });

    it('is locked by the transaction that presents its token: the second sees what the first did', async () => {
      const { session, first } = await opened();
      const exchange = () =>
        across(async ({ sessions }) => {
          const { token } = (await sessions.present(first.hash))!;
          if (token.usedAt !== undefined) return 'used before';
          const second = aToken(session.id);
          await sessions.rotate({ ...token, usedAt: day(2), successorId: second.id }, second, { at: day(2) });
          return 'exchanged';
        });

      const outcomes = await Promise.all([exchange(), exchange()]);

      expect(outcomes.toSorted()).toEqual(['exchanged', 'used before']);
    });

    it('ends', async () => {
      const { session, first } = await opened();

      await across(({ sessions }) => sessions.end(session, day(2)));

      await expect(present(first)).resolves.toMatchObject({ session: { endedAt: day(2) } });
    });

    it.each(['kept', UNKNOWN, 'x', undefined])('ends the others of its person, except %s', async (except) => {
      const [kept, ended, already] = [await opened(), await opened(), await opened()];
      await across(({ sessions }) => sessions.end(already.session, day(2)));
      const keptId = except === 'kept' ? kept.session.id : except;

      const ids = await across(({ sessions }) => sessions.endOthers(userId, keptId, day(3)));

      const open = except === 'kept' ? [ended] : [kept, ended];
      expect(ids.toSorted()).toEqual(open.map(({ session }) => session.id).toSorted());
      const endOfKept = except === 'kept' ? undefined : day(3);
      expect((await present(kept.first))?.session.endedAt).toEqual(endOfKept);
      await expect(present(ended.first)).resolves.toMatchObject({ session: { endedAt: day(3) } });
      await expect(present(already.first)).resolves.toMatchObject({ session: { endedAt: day(2) } });
    });

    it('is locked for its person alone, and only until it ends', async () => {
      const { session } = await opened({ lastUse: { at: day(1), address: '192.0.2.1', userAgent: 'Firefox' } });
      const stranger = (await aUserIn(subject())).id;
      const lock = (user: string, id = session.id) => across(({ sessions }) => sessions.lockOwn(user, id));

      await expect(lock(userId)).resolves.toEqual(session);
      await expect(lock(stranger)).resolves.toBeUndefined();
      await expect(lock(userId, 'x')).resolves.toBeUndefined();
      await across(({ sessions }) => sessions.end(session, day(2)));
      await expect(lock(userId)).resolves.toBeUndefined();
    });

    it('shows the addresses that its person used, also after its end', async () => {
      const lastUse = (address?: string) => ({ lastUse: { at: day(1), address } });
      const { session } = await opened(lastUse('192.0.2.1'));
      await opened(lastUse());
      await across(({ sessions }) => sessions.end(session, day(2)));

      await expect(across(({ sessions }) => sessions.addressesOf(userId))).resolves.toEqual(['192.0.2.1']);
      await expect(across(({ sessions }) => sessions.addressesOf(UNKNOWN))).resolves.toEqual([]);
    });

    it('is listed while it can be renewed, in pages', async () => {
      const [one, two] = [await opened(), await opened({ createdAt: day(2) })];
      const [ended, old] = [await opened(), await opened({ createdAt: new Date(0) })];
      await across(({ sessions }) => sessions.end(ended.session, day(2)));
      const second = aToken(two.session.id, { createdAt: day(3), expiresAt: day(11) });
      const used = { ...two.first, usedAt: day(3), successorId: second.id };
      await across(({ sessions }) => sessions.rotate(used, second, { at: day(3) }));
      const list = (at: Date, cursor?: string) => {
        const page = { limit: 1, order: 'asc', cursor } as const;
        return across(({ sessions }) => sessions.list({ userId, page, at, createdAfter: new Date(1) }));
      };

      const first = await list(day(4));
      const last = await list(day(4), first.next_cursor!);

      expect(first).toMatchObject({ data: [{ id: one.session.id, expiresAt: day(8) }], has_more: true });
      expect(last).toMatchObject({ data: [{ id: two.session.id, expiresAt: day(11) }], has_more: false });
      await expect(list(day(9))).resolves.toMatchObject({ data: [{ id: two.session.id }] });
      await expect(list(day(11))).resolves.toMatchObject({ data: [] });
      expect(old.session.createdAt).toEqual(new Date(0));
    });
  });
}

export function signingKeysContract(subject: SubjectOf): void {
  describe('the signing keys', () => {
    const across = <T>(work: (stores: PlatformStores) => Promise<T>) => subject().uow.acrossOrganizations(work);

    it('are all there, newest first, with the private key that was added', async () => {
      const [older, newer] = [aSigningKey(), aSigningKey({ signsFrom: day(2) })];
      await across(({ signingKeys }) => signingKeys.add(older));
      await across(({ signingKeys }) => signingKeys.add(newer));

      const all = await across(({ signingKeys }) => signingKeys.all());

      expect(all.map(({ kid, signsFrom }) => [kid, signsFrom])).toEqual([
        [newer.kid, day(2)],
        [older.kid, day(1)],
      ]);
      expect(all.map(({ privatePem }) => privatePem.expose())).toEqual([
        newer.privatePem.expose(),
        older.privatePem.expose(),
      ]);
    });

    it('are retired together, those that were retired before excepted', async () => {
      const retired = aSigningKey({ signsFrom: day(3), retiredAt: day(4) });
      await across(({ signingKeys }) => signingKeys.add(retired));
      await across(({ signingKeys }) => signingKeys.add(aSigningKey()));

      await across(({ signingKeys }) => signingKeys.retireAll(day(9)));

      const all = await across(({ signingKeys }) => signingKeys.all());
      expect(all.map(({ retiredAt }) => retiredAt)).toEqual([day(4), day(9)]);
    });
  });
}
