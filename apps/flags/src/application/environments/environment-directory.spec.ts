import { AppError } from '#libs/kernel';
import { PLATFORM } from '#libs/contracts';
import { anAdmin, anEnvironment } from '../../../test/given.js';
import { inMemoryWorld } from '../../../test/in-memory/world.js';

describe('the environments that flags does not know', () => {
  it('are those of accounts, as long as flags knows none', async () => {
    const { directory, accounts, organization } = inMemoryWorld();
    const org = anAdmin();
    accounts.environments.push(anEnvironment(org.scope));

    expect(await directory.listUnknown(org)).toEqual([accounts.environments[0]]);
    expect(await directory.listUnknown(await organization('dev'))).toEqual([]);
    expect(accounts.asked).toBe(1);
  });

  it('are none for the platform, and none when accounts does not answer', async () => {
    const { directory, accounts } = inMemoryWorld();
    accounts.failWith = new AppError('bus_unavailable', 'no answer');

    expect(await directory.listUnknown(anAdmin())).toEqual([]);
    expect(await directory.listUnknown(anAdmin(PLATFORM))).toEqual([]);
    expect(accounts.asked).toBe(1);
  });

  it('are no reason to hide a fault', async () => {
    const { directory, accounts } = inMemoryWorld();
    accounts.failWith = new TypeError('a fault');

    await expect(directory.listUnknown(anAdmin())).rejects.toThrow('a fault');
  });
});
