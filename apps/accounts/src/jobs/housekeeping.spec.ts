import { createLogger } from '#libs/observability';
import { DAY_MS, InMemoryAccounts } from '../../test/in-memory/world.js';
import { housekeeping } from './housekeeping.js';

describe('housekeeping', () => {
  it('purges the inbox on the days on which it purges expired rows', async () => {
    const accounts = new InMemoryAccounts();
    let purges = 0;
    const inbox = { purge: async () => (purges += 1) };
    const logger = createLogger({ service: 'test', level: 'silent' });
    const { run, firstAfterMs, everyMs } = housekeeping({ ...accounts.useCases(), inbox, logger });

    await run();
    await run();
    expect(purges).toBe(1);
    accounts.clock.advance(DAY_MS);
    await run();

    expect(purges).toBe(2);
    expect([firstAfterMs, everyMs]).toEqual([600_000, 600_000]);
  });
});
