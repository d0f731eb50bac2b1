import { InMemoryAccounts } from '../../../test/in-memory/world.js';

describe('ListRevocations', () => {
  it('lists what was revoked since a time, and up to which time the list is complete', async () => {
    const accounts = new InMemoryAccounts();
    const before = accounts.clock.now();
    accounts.revoked.push({ lookupId: 'aaaaaaaaaaaa', at: before });
    accounts.clock.advance(5_000);
    const asOf = accounts.clock.now().toISOString();
    const list = (since: string) => accounts.useCases().listRevocations.execute({ since });

    await expect(list(before.toISOString())).resolves.toEqual({ as_of: asOf, lookup_ids: ['aaaaaaaaaaaa'] });
    await expect(list(asOf)).resolves.toEqual({ as_of: asOf, lookup_ids: [] });
  });
});
