import type { OrganizationStores } from '../../src/application/ports/unit-of-work.js';
import type { ApiKey } from '../../src/domain/api-keys/api-key.js';
import type { Environment } from '../../src/domain/environments/environment.js';
import { anApiKey, anEnvironment, day, UNKNOWN } from './builders.js';
import { anOrganizationIn, type SubjectOf } from './subject.js';

const page = { limit: 10, order: 'asc' } as const;

export function apiKeysContract(subject: SubjectOf): void {
  describe('an API key', () => {
    let org: string;
    let prod: Environment;
    beforeEach(async () => {
      org = (await anOrganizationIn(subject())).id;
      prod = anEnvironment(org, { name: 'prod' });
      await within(({ environments }) => environments.add(prod));
    });
    const within = <T>(work: (stores: OrganizationStores) => Promise<T>, orgId = org) =>
      subject().uow.inOrganization(orgId, work);
    const added = async (changes: Partial<ApiKey> = {}): Promise<ApiKey> => {
      const key = anApiKey(org, changes);
      await within(({ apiKeys }) => apiKeys.add(key));
      return key;
    };

    it('is found by its id, in its organization alone, with the name of its environment', async () => {
      const key = await added({ keyType: 'flags_client', environment: prod, allowedOrigins: ['https://a.example'] });
      const other = (await anOrganizationIn(subject())).id;

      const found = await within(({ apiKeys }) => apiKeys.lock(key.id));

      expect(found).toEqual({ ...key, environment: { id: prod.id, name: 'prod' } });
      for (const [id, orgId] of [[key.id, other], [UNKNOWN, org], ['x', org]] as const) {
        const locking = within(({ apiKeys }) => apiKeys.lock(id), orgId);
        await expect(locking).rejects.toMatchObject({ code: 'not_found' });
      } // prettier-ignore
    });

    it('is revoked once', async () => {
      const key = await added();
      const revoke = (at: Date) => within(({ apiKeys }) => apiKeys.saveRevocation({ ...key, revokedAt: at }));

      await revoke(day(2));

      await expect(revoke(day(3))).rejects.toMatchObject({ code: 'already_revoked' });
      await expect(within(({ apiKeys }) => apiKeys.lock(key.id))).resolves.toMatchObject({ revokedAt: day(2) });
    });

    it('is live in its environment until it is revoked or expires', async () => {
      const anyLive = (at: Date) => within(({ apiKeys }) => apiKeys.anyLive(prod.id, at));
      await added();
      await expect(anyLive(day(1))).resolves.toBe(false);
      const key = await added({ keyType: 'flags_server', environment: prod, expiresAt: day(3) });

      await expect(anyLive(day(2))).resolves.toBe(true);
      await expect(anyLive(day(3))).resolves.toBe(false);
      await within(({ apiKeys }) => apiKeys.saveRevocation({ ...key, revokedAt: day(2) }));
      await expect(anyLive(day(2))).resolves.toBe(false);
    });

    it('is listed by family and environment', async () => {
      await added({ name: 'server', keyType: 'flags_server', environment: prod });
      await added({ name: 'write' });
      await added({ name: 'rw', keyType: 'analytics_rw', environment: prod });
      const names = async (family: 'flags' | 'analytics', environment?: string) =>
        (await within(({ apiKeys }) => apiKeys.list({ family, environment, page }))).data.map(({ name }) => name);

      await expect(names('flags')).resolves.toEqual(['server']);
      await expect(names('analytics')).resolves.toEqual(['write', 'rw']);
      await expect(names('analytics', 'prod')).resolves.toEqual(['rw']);
      await expect(names('analytics', prod.id)).resolves.toEqual(['rw']);
      await expect(names('flags', 'dev')).resolves.toEqual([]);
    });
  });
}
