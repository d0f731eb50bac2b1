import { AppError } from '#libs/kernel';
import { DeleteExpiredEvents } from './delete-expired-events.js';
import type { Accounts, ExpiredEvents, OrganizationSetting, OrganizationSettings } from './ports.js';

const aSetting = (orgId: string): OrganizationSetting => ({ orgId, retentionDays: 30, captureIp: false, version: 1 });

/** Logs each call; `batches` and `months` are the answers until nothing is left. */
class LoggedStore implements ExpiredEvents, OrganizationSettings {
  readonly log: string[] = [];

  constructor(
    private readonly batches: number[] = [],
    private readonly months: boolean[] = [],
  ) {}

  async save(settings: readonly OrganizationSetting[]): Promise<void> {
    this.log.push(`saves ${settings.map(({ orgId }) => orgId).join(' ')}`);
  }

  async dropMonths(): Promise<number> {
    this.log.push('drops months');
    return 0;
  }

  async deleteSome(): Promise<number> {
    const deleted = this.batches.shift() ?? 0;
    this.log.push(`deletes ${deleted}`);
    return deleted;
  }

  async foldMonth(): Promise<boolean> {
    const isFolded = this.months.shift() ?? false;
    this.log.push(isFolded ? 'folds a month' : 'folds nothing');
    return isFolded;
  }
}

const accountsWith = (...pages: (readonly OrganizationSetting[] | Error)[]): Accounts => ({
  async *everySetting() {
    for (const page of pages) {
      if (page instanceof Error) throw page;
      yield page;
    }
  },
});

describe('DeleteExpiredEvents', () => {
  it('saves the settings of every organization, then deletes until nothing is left', async () => {
    const store = new LoggedStore([2_000, 7], [true]);
    const accounts = accountsWith([aSetting('o1'), aSetting('o2')], [aSetting('o3')]);

    await new DeleteExpiredEvents(accounts, store, store).execute();

    expect(store.log).toEqual([
      'saves o1 o2',
      'saves o3',
      'drops months',
      'deletes 2000',
      'deletes 7',
      'deletes 0',
      'folds a month',
      'folds nothing',
    ]);
  });

  it('deletes nothing when accounts does not answer to the end', async () => {
    const store = new LoggedStore([2_000]);
    const accounts = accountsWith([aSetting('o1')], new AppError('bus_unavailable', 'no answer'));

    const executing = new DeleteExpiredEvents(accounts, store, store).execute();

    await expect(executing).rejects.toMatchObject({ code: 'bus_unavailable' });
    expect(store.log).toEqual(['saves o1']);
  });
});
