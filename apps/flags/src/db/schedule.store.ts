import { refOf, type DocumentKind, type DocumentRef, type RulesetDocument } from '#libs/contracts';
import type { Database, Transaction } from '#libs/postgres';
import type { Schedules, DueDocument } from '../application/ports/schedules.js';
import { stepsOf, type ScheduledStep } from '../domain/targeting/scheduled-steps.js';
import { orgIdOf, rowsOf } from './sql.js';

const REMEMBER = `insert into schedule_step (scope, org_id, ref, environment, start_at)
  select $1, $2::uuid, given.ref, given.environment, given.start_at
  from jsonb_to_recordset($3::jsonb) as given(ref text, environment text, start_at timestamptz)
  on conflict do nothing`;
const TAKE = `delete from schedule_step where scope = $1 and ref = $2 and start_at <= $3 returning environment, start_at`;
const DUE = `select scope, ref from schedule_step where start_at <= $1 group by scope, ref order by min(start_at) limit 1000`;
const FORGET = `delete from schedule_step where scope = $1 and ref = $2 and start_at <= $3`;
const NO_ENVIRONMENT = '';

/**
 * Stores the future steps of documents that are written; past steps are in force with the write itself. Steps that an edit
 * removes are not deleted here: when they are due, they change nothing. So a document without schedules costs no statement.
 */
export async function rememberSteps(
  { manager, scope }: Transaction,
  documents: readonly RulesetDocument[],
  now: Date,
): Promise<void> {
  const steps = documents.flatMap((document) =>
    stepsOf(document)
      .filter(({ at }) => at > now)
      .map(({ environment = NO_ENVIRONMENT, at }) => ({ ref: refOf(document), environment, start_at: at })),
  );
  if (steps.length > 0) await manager.query(REMEMBER, [scope, orgIdOf(scope), JSON.stringify(steps)]);
}

/** Deletes the steps of a document that have begun, and returns them. */
export async function takeSteps(
  { manager, scope }: Transaction,
  ref: DocumentRef,
  now: Date,
): Promise<readonly ScheduledStep[]> {
  const rows = await rowsOf<{ environment: string; start_at: Date }>(manager, TAKE, [scope, ref, now]);
  return rows.map(({ environment, start_at: at }) => (environment === NO_ENVIRONMENT ? { at } : { environment, at }));
}

export class PostgresSchedules implements Schedules {
  constructor(private readonly database: Database) {}

  async due(at: Date): Promise<readonly DueDocument[]> {
    type Row = { scope: string; ref: DocumentRef };
    const rows = await this.database.systemTransaction(({ manager }) => rowsOf<Row>(manager, DUE, [at]));
    return rows.map(({ scope, ref }) => {
      const [kind, name] = [ref.slice(0, ref.indexOf(':')) as DocumentKind, ref.slice(ref.indexOf(':') + 1)];
      return { scope, ref, kind, name };
    });
  }

  async forget({ scope, ref }: DueDocument, until: Date): Promise<void> {
    await this.database.systemTransaction(({ manager }) => manager.query(FORGET, [scope, ref, until]));
  }
}
