import type { Fact } from '#libs/contracts';
import { freshDatabase } from '#libs/local-servers';
import { unitOfWorkContract } from './unit-of-work.contract.js';
import { testDatabase } from './world.js';

unitOfWorkContract('the unit of work in Postgres', async () => {
  const fresh = await freshDatabase();
  const { uow, sql, close } = await testDatabase(fresh.url);
  return {
    uow,
    queued: async () => {
      const rows = await sql('select payload from outbox order by seq');
      return rows.map(({ payload }) => JSON.parse(payload as string) as Fact);
    },
    reset: async () => void (await sql('truncate organization, app_user, signing_key, setup, job, outbox cascade')),
    stop: async () => {
      await close();
      await fresh.drop();
    },
  };
});
