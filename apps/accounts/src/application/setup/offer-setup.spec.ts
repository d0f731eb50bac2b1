import { DAY_MS, InMemoryAccounts } from '../../../test/in-memory/world.js';

describe('OfferSetup', () => {
  it('returns a token to one of many starts, and another one when it has expired', async () => {
    const accounts = new InMemoryAccounts();
    const offer = () => accounts.useCases().offerSetup.execute();

    const offers = await Promise.all([offer(), offer(), offer()]);

    expect(offers.filter((token) => token !== undefined)).toEqual([expect.stringMatching(/^[0-9a-f]{64}$/)]);
    accounts.clock.advance(DAY_MS - 1);
    await expect(offer()).resolves.toBeUndefined();
    accounts.clock.advance(1);
    await expect(offer()).resolves.toEqual(expect.any(String));
  });

  it('returns none on a platform with users', async () => {
    const accounts = new InMemoryAccounts();
    await accounts.user('ann@loom.localhost');

    await expect(accounts.useCases().offerSetup.execute()).resolves.toBeUndefined();
  });
});
