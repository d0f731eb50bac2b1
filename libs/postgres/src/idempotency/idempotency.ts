import type { Answered, IdempotencyScope } from '#libs/contracts';
import { AppError } from '#libs/kernel';
import type { EntityManager } from 'typeorm';
import type { Database, RunInside } from '../transaction/database.js';
import type { Databases } from '../transaction/databases.js';
import { isWorthRepeating } from '../pool/errors.js';
import { prepared } from '../pool/prepared.js';
import { isSecret } from '#libs/observability';

/** The work failed. Transactions that it had completed are committed, as without a key; no answer is stored. */
interface Failed {
  readonly error: unknown;
}
interface Stored {
  readonly fingerprint: string;
  readonly answer: unknown;
}

const RETENTION = `interval '24 hours'`;
const LOCK = prepared('idempotency_lock', `select pg_try_advisory_xact_lock(hashtextextended($1, 0)) as held`);
const FIND = prepared(
  'idempotency_find',
  `select fingerprint, answer from idempotency
   where caller = $1 and route = $2 and key = $3 and created_at > now() - ${RETENTION}`,
);
/** The conflict case replaces a row that has expired: `FIND` returned no current one. */
const STORE = prepared(
  'idempotency_store',
  `insert into idempotency as old (caller, route, key, fingerprint, answer) values ($1, $2, $3, $4, $5)
   on conflict (caller, route, key) do update
     set fingerprint = excluded.fingerprint, answer = excluded.answer, created_at = excluded.created_at`,
);
export const PURGE_ANSWERS = `delete from idempotency where created_at < now() - ${RETENTION}`;

/**
 * Makes a request take effect once per caller, route and idempotency key, however often it is sent (specification 03). Keys
 * expire after 24 hours.
 */
export class Idempotency {
  constructor(private readonly database: Database) {}

  /**
   * Runs the work and stores its answer in the same transaction as everything that the work writes. A repeated request gets the
   * stored answer. A failure stores no answer, so that the corrected request may use the same key.
   * @param subject RPC subject: one HTTP request may send several RPC requests
   * @throws AppError 409 `idempotency_in_progress`, 422 `idempotency_mismatch`, and every error of the work
   */
  async once(subject: string, scope: IdempotencyScope, work: () => Promise<unknown>): Promise<Answered> {
    const key = [scope.caller, `${scope.route} ${subject}`, scope.key] as const;
    const outcome = await this.database.outerTransaction(async (manager, runInside) => {
      await this.#lock(manager, key);
      const [stored] = await manager.query<Stored[]>(FIND, [...key]);
      if (stored !== undefined) return replay(stored, scope);
      const done = await attempt(runInside, work);
      if ('data' in done) await manager.query(STORE, [...key, scope.fingerprint, withoutSecrets(done.data)]);
      return done;
    });
    if ('error' in outcome) throw outcome.error;
    return outcome;
  }

  /** Locks the key until commit. The lookup must be a later statement, to see an answer that the previous holder committed. */
  async #lock(manager: EntityManager, key: readonly string[]): Promise<void> {
    const [row] = await manager.query<{ held: boolean }[]>(LOCK, [JSON.stringify([this.database.service, ...key])]);
    if (row?.held === true) return;
    throw new AppError(
      'idempotency_in_progress',
      'The first request with this idempotency key is still being handled: try again shortly',
    );
  }
}

/** For `RpcServer`: runs commands with an idempotency key once, by the database of the service that the subject names. */
export function idempotent(databases: Databases) {
  return async (subject: string, scope: IdempotencyScope, work: () => Promise<unknown>): Promise<Answered> => {
    const service = subject.split('.')[1];
    const database = databases.all.find((candidate) => candidate.service === service);
    if (database === undefined) return { data: await work(), replayed: false };
    return new Idempotency(database).once(subject, scope, work);
  };
}

function replay({ fingerprint, answer }: Stored, scope: IdempotencyScope): Answered {
  if (fingerprint === scope.fingerprint) return { data: answer, replayed: true };
  throw new AppError('idempotency_mismatch', 'This idempotency key was used for another request: use a new one');
}

/** Deadlocks and serialization failures are thrown, since they roll back the outer transaction, which is then repeated. */
async function attempt(runInside: RunInside, work: () => Promise<unknown>): Promise<Answered | Failed> {
  try {
    return { data: (await runInside(work)) ?? null, replayed: false };
  } catch (error) {
    if (isWorthRepeating(error)) throw error;
    return { error };
  }
}

/** Returns the answer as JSON without API keys and, on its first level, without fields with names of secrets. */
export function withoutSecrets(answer: unknown): string {
  return JSON.stringify(answer, function (this: unknown, name, value: unknown) {
    return isSecret(this === answer ? name : '', value) ? undefined : value;
  });
}
