import { formatEpoch, systemOrigin, type Fact, type Origin, type RulesetDocument } from '#libs/contracts';
import { UuidV7Ids } from '#libs/crypto';
import { AppError } from '#libs/kernel';
import { freshDatabase } from '#libs/local-servers';
import { Database, prepareDatabase } from '#libs/postgres';
import { FixedClock, ROLE_SECRET } from '#libs/testing';
import pg from 'pg';
import { uuidv7 } from 'uuidv7';
import type { Accounts } from '../src/application/ports/accounts.js';
import type { EpochAlarm, NewEpoch } from '../src/application/ports/epoch.js';
import { composeCore, composeManagement } from '../src/composition.js';
import type { Environment } from '../src/domain/environment.js';
import { flagsMigrations } from '../src/index.js';

/** Keeps the epochs that began. */
class RecordingAlarm implements EpochAlarm {
  readonly raised: NewEpoch[] = [];
  raise(begun: NewEpoch): void {
    this.raised.push(begun);
  }
}

/** Answers with `environments`, and counts the requests. */
class FakeAccounts implements Accounts {
  readonly environments: Environment[] = [];
  asked = 0;

  async getEnvironment(environment: string, origin: Origin): Promise<Environment> {
    this.asked += 1;
    const found = this.#of(origin).find(({ id, name }) => id === environment || name === environment);
    if (found === undefined) throw new AppError('not_found', 'There is no such environment');
    return found;
  }

  async listEnvironments(origin: Origin): Promise<readonly Environment[]> {
    this.asked += 1;
    return this.#of(origin);
  }

  #of({ scope }: Origin): readonly Environment[] {
    return this.environments.filter((environment) => environment.scope === scope);
  }
}

export function anEnvironment(scope: string, given: Partial<Environment> = {}): Environment {
  return { id: uuidv7(), scope, name: 'dev', protected: false, position: 0, version: 1, isDeleted: false, ...given };
}

/** A user, by default of a new organization. */
export function anAdmin(scope: string = uuidv7()): Origin {
  return { scope, actor: { type: 'user', id: uuidv7(), name: 'Ada' }, request_id: uuidv7() };
}

export function anEnvironmentFact(action: string, environment: Environment): Fact {
  const { id, name, position, version } = environment;
  return {
    id: uuidv7(),
    type: `environment.${action}`,
    version: 1,
    timestamp: new Date().toISOString(),
    org_id: environment.scope,
    actor: systemOrigin(environment.scope, 'r').actor,
    data: { environment_id: id, name, color: null, protected: environment.protected, position, version },
    metadata: { correlation_id: uuidv7(), source: 'accounts' },
  };
}

export interface Delta {
  readonly epoch: string;
  readonly version: number;
  readonly changes: readonly { ref: string; document: RulesetDocument | null }[];
}

export type World = Awaited<ReturnType<typeof flagsWorld>>;

/** The use cases on a real database, without bus and Redis: facts stay in the outbox, where tests read them. */
export async function flagsWorld() {
  const fresh = await freshDatabase();
  await prepareDatabase(fresh.url, [flagsMigrations], ROLE_SECRET);
  const admin = new pg.Pool({ connectionString: fresh.url, max: 2, options: '-c search_path=flags' });
  admin.on('error', () => undefined);
  const database = new Database({ service: 'flags', url: fresh.url, roleSecret: ROLE_SECRET });
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

/** Expects that the promise rejects with an AppError of this code, and returns the error. */
export async function refused(promise: Promise<unknown>, code: string): Promise<AppError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toMatchObject({ code });
  return error as AppError;
}

export function deltaOf(facts: readonly Fact<Record<string, unknown>>[]): Delta {
  return facts.find(({ type }) => type === 'ruleset.changed')!.data as unknown as Delta;
}
