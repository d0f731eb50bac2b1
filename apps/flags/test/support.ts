import { formatEpoch, systemOrigin, type Fact, type Origin, type RulesetDocument } from '#libs/contracts';
import { AppError, Clock, Ids } from '#libs/kernel';
import { Database, Inbox, prepareDatabase } from '#libs/postgres';
import { freshDatabase } from '#libs/local-servers';
import pg from 'pg';
import { uuidv7 } from 'uuidv7';
import { ActivateKillSwitch } from '../src/application/activate-kill-switch.js';
import { ArchiveFlag } from '../src/application/archive-flag.js';
import { ArchiveFlags } from '../src/application/archive-flags.js';
import { CopyConfig } from '../src/application/copy-config.js';
import { CreateFlag } from '../src/application/create-flag.js';
import { CreateFlags } from '../src/application/create-flags.js';
import { CreateKillSwitch } from '../src/application/create-kill-switch.js';
import { DeactivateKillSwitch } from '../src/application/deactivate-kill-switch.js';
import { DeleteFlag } from '../src/application/delete-flag.js';
import { DeleteKillSwitch } from '../src/application/delete-kill-switch.js';
import { EnvironmentDirectory } from '../src/application/environment-directory.js';
import { GetConfig } from '../src/application/get-config.js';
import { GetFlag } from '../src/application/get-flag.js';
import { LearnEnvironment } from '../src/application/learn-environment.js';
import { ListConfigs } from '../src/application/list-configs.js';
import { ListFlags } from '../src/application/list-flags.js';
import { ListHistory } from '../src/application/list-history.js';
import { ListKillSwitches } from '../src/application/list-kill-switches.js';
import { Accounts, EpochAlarm, type NewEpoch } from '../src/application/ports.js';
import { RestoreFlag } from '../src/application/restore-flag.js';
import { RollbackFlag } from '../src/application/rollback-flag.js';
import { CreateSegment } from '../src/application/create-segment.js';
import { CreateStrategy } from '../src/application/create-strategy.js';
import { DeleteSegment } from '../src/application/delete-segment.js';
import { DeleteStrategy } from '../src/application/delete-strategy.js';
import { UpdateSegment } from '../src/application/update-segment.js';
import { UpdateStrategy } from '../src/application/update-strategy.js';
import { TakeScheduledSteps } from '../src/application/take-scheduled-steps.js';
import { UpdateConfig } from '../src/application/update-config.js';
import { UpdateFlag } from '../src/application/update-flag.js';
import { UpdateKillSwitch } from '../src/application/update-kill-switch.js';
import { Epoch } from '../src/db/epoch.js';
import { PostgresHistory } from '../src/db/postgres-history.js';
import { PostgresLists } from '../src/db/postgres-lists.js';
import { PostgresRulesets } from '../src/db/postgres-rulesets.js';
import { PostgresUnitOfWork } from '../src/db/postgres-unit-of-work.js';
import { PostgresSchedules } from '../src/db/schedule-steps.js';
import type { Environment } from '../src/domain/environment.js';
import { flagsMigrations } from '../src/index.js';

export const ROLE_SECRET = 'the secret of the roles in tests';

export class TestIds extends Ids {
  override next(): string {
    return uuidv7();
  }
}

/** Stands still until it is moved. */
export class TestClock extends Clock {
  constructor(private at = new Date('2026-03-01T10:00:00.000Z')) {
    super();
  }

  override now(): Date {
    return this.at;
  }

  forward(ms: number): void {
    this.at = new Date(this.at.getTime() + ms);
  }
}

/** Remembers the epochs that began. */
class TestAlarm extends EpochAlarm {
  readonly raised: NewEpoch[] = [];
  override raise(begun: NewEpoch): void {
    this.raised.push(begun);
  }
}

/** accounts, as far as flags asks it. */
class FakeAccounts extends Accounts {
  readonly environments: Environment[] = [];
  asked = 0;

  override async getEnvironment(environment: string, origin: Origin): Promise<Environment> {
    this.asked += 1;
    const found = this.#of(origin).find(({ id, name }) => id === environment || name === environment);
    if (found === undefined) throw new AppError('not_found', 'There is no such environment');
    return found;
  }

  override async listEnvironments(origin: Origin): Promise<readonly Environment[]> {
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

/** Somebody of an organization that nobody else has. */
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

/** The use cases on a real database, without bus: what would be published stays in the outbox and can be looked at. */
export async function flagsWorld() {
  const fresh = await freshDatabase();
  await prepareDatabase(fresh.url, [flagsMigrations], ROLE_SECRET);
  const admin = new pg.Pool({ connectionString: fresh.url, max: 2, options: '-c search_path=flags' });
  admin.on('error', () => undefined);
  const database = new Database({ service: 'flags', url: fresh.url, roleSecret: ROLE_SECRET });
  const [clock, ids, accounts] = [new TestClock(), new TestIds(), new FakeAccounts()];
  const alarm = new TestAlarm();
  const epoch = new Epoch(database, clock, ids, alarm);
  const uow = new PostgresUnitOfWork(database, new Inbox(database), epoch, clock);
  const directory = new EnvironmentDirectory(uow, accounts);
  const lists = new PostgresLists(database);
  const sql = async <R extends object>(text: string, values: unknown[] = []): Promise<R[]> =>
    (await admin.query<R>(text, values)).rows;
  return {
    url: fresh.url,
    database,
    clock,
    alarm,
    accounts,
    uow,
    epoch,
    rulesets: new PostgresRulesets(database, epoch),
    createFlag: new CreateFlag(uow, directory, ids, clock),
    createFlags: new CreateFlags(uow, directory, ids, clock),
    archiveFlags: new ArchiveFlags(uow),
    deleteFlag: new DeleteFlag(uow),
    copyConfig: new CopyConfig(uow, directory, ids),
    listHistory: new ListHistory(uow, new PostgresHistory(database)),
    rollbackFlag: new RollbackFlag(uow, directory, ids),
    takeScheduledSteps: new TakeScheduledSteps(uow, new PostgresSchedules(database), clock, ids),
    updateFlag: new UpdateFlag(uow),
    archiveFlag: new ArchiveFlag(uow),
    restoreFlag: new RestoreFlag(uow),
    getFlag: new GetFlag(uow),
    listFlags: new ListFlags(lists),
    listConfigs: new ListConfigs(uow, directory),
    getConfig: new GetConfig(uow, directory),
    updateConfig: new UpdateConfig(uow, directory, ids),
    createKillSwitch: new CreateKillSwitch(uow, ids, clock),
    updateKillSwitch: new UpdateKillSwitch(uow),
    activateKillSwitch: new ActivateKillSwitch(uow),
    deactivateKillSwitch: new DeactivateKillSwitch(uow),
    deleteKillSwitch: new DeleteKillSwitch(uow),
    createStrategy: new CreateStrategy(uow, ids, clock),
    updateStrategy: new UpdateStrategy(uow),
    deleteStrategy: new DeleteStrategy(uow),
    createSegment: new CreateSegment(uow, ids, clock),
    updateSegment: new UpdateSegment(uow),
    deleteSegment: new DeleteSegment(uow),
    lists,
    listKillSwitches: new ListKillSwitches(lists),
    learnEnvironment: new LearnEnvironment(uow),
    sql,
    /** An organization with these environments, known to flags already; what that queued is forgotten. */
    async organization(...names: string[]): Promise<Origin> {
      const origin = anAdmin();
      for (const [position, name] of names.entries()) {
        const environment = anEnvironment(origin.scope, { name, position });
        accounts.environments.push(environment);
        await new LearnEnvironment(uow).execute(anEnvironmentFact('created', environment), environment);
      }
      await this.facts(origin);
      return origin;
    },
    /** Takes what is queued for an organization, in order. */
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

/** Fails unless the promise rejects with an AppError of this code; gives the error. */
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
