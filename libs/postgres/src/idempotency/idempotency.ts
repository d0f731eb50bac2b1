import type { Answered, IdempotencyScope } from '#libs/contracts';
import { AppError } from '#libs/kernel';
import type { EntityManager } from 'typeorm';
import type { Database, Hold } from '../transaction/database.js';
import type { Databases } from '../transaction/databases.js';
import { isWorthRepeating } from '../pool/errors.js';
import { prepared } from '../pool/prepared.js';
import { isSecret } from '#libs/observability';

/** The work failed. What it had finished before stays, as it would without a key; the failure is no answer. */
interface Failed {
  readonly error: unknown;
}
interface Stored {
  readonly fingerprint: string;
  readonly answer: unknown;
}

const KEPT = `interval '24 hours'`;
const LOCK = prepared('idempotency_lock', `select pg_try_advisory_xact_lock(hashtextextended($1, 0)) as held`);
const FIND = prepared(
  'idempotency_find',
  `select fingerprint, answer from idempotency
   where caller = $1 and route = $2 and key = $3 and created_at > now() - ${KEPT}`,
);
/** A row is replaced only when it is too old to be found. */
const STORE = prepared(
  'idempotency_store',
  `insert into idempotency as old (caller, route, key, fingerprint, answer) values ($1, $2, $3, $4, $5)
   on conflict (caller, route, key) do update
     set fingerprint = excluded.fingerprint, answer = excluded.answer, created_at = excluded.created_at`,
);
export const PURGE_ANSWERS = `delete from idempotency where created_at < now() - ${KEPT}`;

/** Makes the effect of a request happen once per caller, route and key, however often it comes (specification 03). */
export class Idempotency {
  constructor(private readonly database: Database) {}

  /**
   * Does the work, and stores its answer in the transaction around all that the work writes: neither is there without the other.
   * A failure stores no answer, so that the corrected request may come under the same key.
   * @param subject of the question: one request may ask several
   * @throws AppError 409 `idempotency_in_progress`, 422 `idempotency_mismatch`, whatever the work throws
   */
  async once(subject: string, scope: IdempotencyScope, work: () => Promise<unknown>): Promise<Answered> {
    const key = [scope.caller, `${scope.route} ${subject}`, scope.key] as const;
    const outcome = await this.database.outerTransaction(async (manager, hold) => {
      await this.#lock(manager, key);
      const [stored] = await manager.query<Stored[]>(FIND, [...key]);
      if (stored !== undefined) return replay(stored, scope);
      const done = await attempt(hold, work);
      if ('data' in done) await manager.query(STORE, [...key, scope.fingerprint, withoutSecrets(done.data)]);
      return done;
    });
    if ('error' in outcome) throw outcome.error;
    return outcome;
  }

  /** Held until the end, so that the next one finds what this one stored. The statement that looks comes after it: it must see that. */
  async #lock(manager: EntityManager, key: readonly string[]): Promise<void> {
    const [row] = await manager.query<{ held: boolean }[]>(LOCK, [JSON.stringify([this.database.service, ...key])]);
    if (row?.held === true) return;
    throw new AppError('idempotency_in_progress', 'The first request with this idempotency key is still being handled');
  }
}

/** For the RPC server: commands with a key are done once, by the database of the service that the subject names. */
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
  throw new AppError('idempotency_mismatch', 'This idempotency key was used for another request: take a new one');
}

/** A deadlock undoes everything, and everything is done again. */
async function attempt(hold: Hold, work: () => Promise<unknown>): Promise<Answered | Failed> {
  try {
    return { data: (await hold(work)) ?? null, replayed: false };
  } catch (error) {
    if (isWorthRepeating(error)) throw error;
    return { error };
  }
}

/** An answer as JSON, without API keys and, on its first level, where our answers have them, without what is called a secret. */
export function withoutSecrets(answer: unknown): string {
  return JSON.stringify(answer, function (this: unknown, name, value: unknown) {
    return isSecret(this === answer ? name : '', value) ? undefined : value;
  });
}
