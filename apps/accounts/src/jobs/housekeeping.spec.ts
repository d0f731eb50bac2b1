import type { Logger } from '#libs/observability';
import { DAY_MS, InMemoryAccounts } from '../../test/in-memory/world.js';
import { housekeeping } from './housekeeping.js';

describe('housekeeping', () => {
  it('purges expired rows once a day, and logs each purge', async () => {
    const accounts = new InMemoryAccounts();
    const logged: string[] = [];
    const logger = { info: (_rows: object, message: string) => void logged.push(message) } as unknown as Logger;
    const { run, firstAfterMs, everyMs } = housekeeping({ ...accounts.useCases(), logger });

    await run();
    await run();
    expect(logged).toEqual(['expired rows were deleted']);
    accounts.clock.advance(DAY_MS);
    await run();

    expect(logged).toHaveLength(2);
    expect([firstAfterMs, everyMs]).toEqual([600_000, 600_000]);
  });
});
