import { uuidv7 } from 'uuidv7';
import type { PlatformStores } from '../../src/application/ports/unit-of-work.js';
import { aMember, anApiKey, anEnvironment, aSession, aSigningKey, aToken, day, next } from './builders.js';
import { anOrganizationIn, aUserIn, type SubjectOf } from './subject.js';

export function jobsContract(subject: SubjectOf): void {
  describe('a job', () => {
    const across = <T>(work: (stores: PlatformStores) => Promise<T>) => subject().uow.acrossOrganizations(work);
    const limits = { now: day(20), endedBefore: day(19), deletedBefore: day(10), retiredBefore: day(18), rows: 100 };
    const purge = (rows = 100) => across(({ jobs }) => jobs.purge({ ...limits, rows }));
    const session = async (endedAt: Date | undefined, expiresAt: Date) => {
      const { id } = await aUserIn(subject());
      const opened = aSession(id, { endedAt });
      const token = aToken(opened.id, { expiresAt });
      await across(({ sessions }) => sessions.open(opened, token));
      return token.hash;
    };

    it('is claimed by one of concurrent processes, and again when it is due', async () => {
      const claim = (at: Date, notSince: Date) => across(({ jobs }) => jobs.claim('purge', at, notSince));

      const claims = await Promise.all([claim(day(5), day(4)), claim(day(5), day(4)), claim(day(5), day(4))]);

      expect(claims.filter(Boolean)).toHaveLength(1);
      await expect(claim(day(6), day(4))).resolves.toBe(false);
      await expect(claim(day(6), day(5))).resolves.toBe(true);
      await expect(across(({ jobs }) => jobs.claim('other', day(6), day(5)))).resolves.toBe(true);
    });

    it('deletes sessions that ended or lost their last token, and keeps the live ones', async () => {
      const live = await session(undefined, day(21));
      const justEnded = await session(day(19), day(21));
      await session(day(18), day(21));
      await session(undefined, day(19));

      await expect(purge()).resolves.toBe(3); // two sessions and the expired token of one

      for (const hash of [live, justEnded]) {
        await expect(across(({ sessions }) => sessions.present(hash))).resolves.toBeDefined();
      }
      await expect(purge()).resolves.toBe(0);
    });

    it('deletes what was deleted softly long ago, with the keys of environments', async () => {
      const org = (await anOrganizationIn(subject())).id;
      const { id: user } = await aUserIn(subject());
      await subject().uow.inOrganization(org, async ({ environments, members, apiKeys }) => {
        for (const [name, at] of [['old', day(9)], ['new', day(11)]] as const) {
          const environment = anEnvironment(org, { name });
          await environments.add(environment);
          await apiKeys.add(anApiKey(org, { name, environment }));
          await environments.remove(next(environment, { updatedAt: at }));
          const member = aMember(org, user);
          await members.add(member);
          await members.remove(member, at);
        } // prettier-ignore
      });

      await expect(purge()).resolves.toBe(3);

      const page = { limit: 10, order: 'asc' } as const;
      const { data } = await subject().uow.inOrganization(org, ({ apiKeys }) =>
        apiKeys.list({ family: 'analytics', page }),
      );
      expect(data.map(({ name }) => name)).toEqual(['new']);
    });

    it('deletes expired invitations and retired signing keys', async () => {
      const { id: userId } = await aUserIn(subject());
      const invitation = { id: uuidv7(), userId, tokenHash: 'expired', createdAt: day(1), expiresAt: day(19) };
      const current = aSigningKey();
      await across(async ({ invitations, signingKeys }) => {
        await invitations.replace(invitation);
        for (const key of [current, aSigningKey({ retiredAt: day(17) })]) await signingKeys.add(key);
      });

      await expect(purge()).resolves.toBe(2);

      const keys = await across(({ signingKeys }) => signingKeys.all());
      expect(keys.map(({ kid }) => kid)).toEqual([current.kid]);
    });

    it('deletes at most so many rows of each kind', async () => {
      for (let i = 0; i < 3; i += 1) await session(day(2), day(21));

      await expect(purge(2)).resolves.toBe(2);
      await expect(purge(2)).resolves.toBe(1);
    });
  });
}
