import { InMemoryAccounts, originIn } from '../../../test/in-memory/world.js';

describe('GetKeyRecord', () => {
  it('returns the record of a live or revoked key and keeps it for edge services; of an unknown key neither', async () => {
    const accounts = new InMemoryAccounts();
    const root = await accounts.superAdmin();
    const acme = await accounts.organization(root);
    const { createApiKey, getKeyRecord, revokeApiKey } = accounts.useCases();
    const command = { name: 'shop', key_type: 'flags_server', environment: 'prod' } as const;
    const { id, lookup_id } = await createApiKey.execute(command, originIn(acme, root));

    const { record } = await getKeyRecord.execute({ lookup_id });
    await revokeApiKey.execute({ key_id: id }, originIn(acme, root));
    const revoked = await getKeyRecord.execute({ lookup_id });

    expect(record).toMatchObject({ id, org_id: acme.id, environment: { name: 'prod' }, capture_ip: false });
    expect(revoked.record).toMatchObject({ revoked_at: accounts.clock.now().toISOString() });
    expect(accounts.keptRecords).toEqual([record, revoked.record]);
    await expect(getKeyRecord.execute({ lookup_id: 'ffffffffffff' })).resolves.toEqual({ record: null });
    expect(accounts.keptRecords).toHaveLength(2);
  });
});
