import { formatEpoch, type Fact, type Origin } from '#libs/contracts';
import { UuidV7Ids } from '#libs/crypto';
import { freshDatabase } from '#libs/local-servers';
import { Database, prepareDatabase } from '#libs/postgres';
import { FixedClock, ROLE_SECRET } from '#libs/testing';
import pg from 'pg';
import type { EpochAlarm, NewEpoch } from '../src/application/ports/epoch.js';
import { composeCore, composeManagement } from '../src/composition.js';
import { flagsMigrations } from '../src/index.js';
import { anAdmin, anEnvironment, anEnvironmentFact, FakeAccounts } from './given.js';

export { anAdmin, anEnvironment, anEnvironmentFact, deltaOf, refused, type Delta } from './given.js';

/** Keeps the epochs that began. */
class RecordingAlarm implements EpochAlarm {
  readonly raised: NewEpoch[] = [];
  raise(begun: NewEpoch): void {
    this.raised.push(begun);
  }
}

export type World = Awaited<ReturnType<typeof flagsWorld>>;

/** The use cases on a real database, without bus and Redis: facts stay in the outbox, where tests read them. */
export async function flagsWorld() {
  const fresh = await freshDatabase();
  await prepareDatabase(fresh.url, [flagsMigrations], ROLE_SECRET);
  const admin = new pg.Pool({ connectionString: fresh.url, max: 2, options: '-c search_path=flags' });
  admin.on('error', () => undefined);
  const database = new Database({
    service: 'flags',
    url: fresh.url,
    roleSecret: ROLE_SECRET,
    // A busy machine is no outage.
    connectTimeoutMs: 20_000,
  });
  const [clock, alarm, accounts] = [new FixedClock(), new RecordingAlarm(), new FakeAccounts()];
  const core = composeCore({ database, clock, ids: new UuidV7Ids(), alarm });
  const management = composeManagement(core, accounts);
  const sql = async <R extends object>(text: string, values: unknown[] = []): Promise<R[]> =>
    (await admin.query<R>(text, values)).rows;
  return {
    ...management,
    url: fresh.url,
    clock,
    alarm,
    accounts,
    sql,
    /** An organization with these environments, known to flags already. The facts that this queued are removed. */
    async organization(...names: string[]): Promise<Origin> {
      const origin = anAdmin();
      for (const [position, name] of names.entries()) {
        const environment = anEnvironment(origin.scope, { name, position });
        accounts.environments.push(environment);
        await management.learnEnvironment.execute(anEnvironmentFact('created', environment), environment);
      }
      await this.facts(origin);
      return origin;
    },
    /** Removes the queued facts of an organization, and returns them in order. */
    async facts(origin: Origin): Promise<Fact<Record<string, unknown>>[]> {
      const rows = await sql<{ payload: string; seq: string }>(
        `with taken as (delete from outbox where subject like '%.' || $1 returning seq, payload)
         select payload from taken order by seq`,
        [origin.scope],
      );
      return rows.map(({ payload }) => JSON.parse(payload) as Fact<Record<string, unknown>>);
    },
    async version({ scope }: Origin): Promise<number> {
      const [row] = await sql<{ version: string }>('select version from counter where scope = $1', [scope]);
      return Number(row?.version ?? 0);
    },
    async stop(): Promise<void> {
      await database.close();
      await admin.end();
      await fresh.drop();
    },
  };
}

export const AN_EPOCH = formatEpoch(Date.parse('2026-03-01T10:00:00.000Z'));
