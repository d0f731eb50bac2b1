import { InMemoryAccounts, originIn } from '../../../test/in-memory/world.js';

const page = { limit: 10, order: 'asc' } as const;

describe('ListApiKeys', () => {
  it('lists keys by family and environment, revoked ones too, without their secrets', async () => {
    const accounts = new InMemoryAccounts();
    const root = await accounts.superAdmin();
    const origin = originIn(await accounts.organization(root), root);
    const { createApiKey, listApiKeys, revokeApiKey } = accounts.useCases();
    const create = (name: string, key_type: 'flags_server' | 'analytics_rw', environment?: string) =>
      createApiKey.execute({ name, key_type, environment }, origin);
    const list = (family: 'flags' | 'analytics', environment?: string) =>
      listApiKeys.execute({ family, environment, page }, origin);
    const names = async (...query: Parameters<typeof list>) => (await list(...query)).data.map(({ name }) => name);
    await create('a', 'flags_server', 'prod');
    const revoked = await create('b', 'flags_server', 'dev');
    await create('c', 'analytics_rw');
    await revokeApiKey.execute({ key_id: revoked.id }, origin);

    await expect(names('flags')).resolves.toEqual(['a', 'b']);
    await expect(names('flags', 'dev')).resolves.toEqual(['b']);
    await expect(names('analytics')).resolves.toEqual(['c']);
    await expect(names('analytics', 'dev')).resolves.toEqual([]);
    await expect(list('flags', 'nowhere')).rejects.toMatchObject({ code: 'not_found' });
    expect((await list('flags')).data.every((key) => !('key' in key))).toBe(true);
  });
});
