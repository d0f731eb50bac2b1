import { AppError } from '#libs/kernel';
import { FAILURES, InMemoryAccounts, PASSWORD, stranger } from '../../../test/in-memory/world.js';

const invalid = { code: 'invalid_token' };

describe('links that are tried', () => {
  let accounts: InMemoryAccounts;
  beforeEach(() => {
    accounts = new InMemoryAccounts();
  });
  const links: readonly [string, (ip: string) => Promise<unknown>][] = [
    [
      'reset links',
      (ip) => accounts.useCases().resetPassword.execute({ token: 'wrong', password: PASSWORD }, { ...stranger, ip }),
    ],
    [
      'invitations',
      (ip) => accounts.useCases().acceptInvitation.execute({ token: 'wrong', password: PASSWORD }, { ...stranger, ip }),
    ],
  ];

  it.each(links)('count wrong %s by the network, whatever address of it is used', async (_what, open) => {
    for (let n = 0; n < FAILURES; n += 1) await expect(open(`2001:db8::${n + 1}`)).rejects.toMatchObject(invalid);

    await expect(open('2001:db8::ffff')).rejects.toMatchObject({ code: 'rate_limited' });
    await expect(open('2001:db8:1::1')).rejects.toMatchObject(invalid);
  });

  it.each(links)('do not count as wrong %s while the database is away', async (_what, open) => {
    const { uow } = accounts;
    const work = uow.acrossOrganizations.bind(uow);
    uow.acrossOrganizations = () => Promise.reject(new AppError('store_unavailable', 'away'));
    for (let n = 0; n < FAILURES; n += 1)
      await expect(open('192.0.2.7')).rejects.toMatchObject({ code: 'store_unavailable' });

    uow.acrossOrganizations = work;

    await expect(open('192.0.2.7')).rejects.toMatchObject(invalid);
  });
});
