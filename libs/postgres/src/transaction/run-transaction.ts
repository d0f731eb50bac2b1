import { UUID, type Scope } from '#libs/contracts';
import { AppError, within } from '#libs/kernel';
import type { EntityManager, QueryRunner } from 'typeorm';
import { asStoreError, storeUnavailable } from '../pool/errors.js';
import type { GuardedClient } from '../pool/guarded-client.js';
import { prepared } from '../pool/prepared.js';
import type { RolePool } from '../pool/role-pool.js';

export interface TransactionMode {
  readonly scope: Scope;
  readonly readOnly: boolean;
}

const SET_SCOPE = prepared('set_scope', `select set_config('app.org_id', $1, true)`);
const SET_SCOPE_READ_ONLY = prepared(
  'set_scope_read_only',
  `select set_config('app.org_id', $1, true), set_config('transaction_read_only', 'on', true)`,
);

/**
 * Runs one attempt of one transaction. Beginning it takes at most the connect timeout, whatever the state of the server. When the
 * transaction cannot be ended properly, the connection is closed instead of returning to the pool.
 */
export async function runTransaction<T>(
  pool: RolePool,
  mode: TransactionMode,
  work: (manager: EntityManager) => Promise<T>,
): Promise<T> {
  assertScope(mode.scope);
  const runner = await begin(pool, mode);
  try {
    // Not awaited first, which saves a round trip: the statements of the work follow on the same connection, and fail with it.
    const [, result] = await Promise.all([setScope(runner, mode), work(runner.manager)]);
    await runner.commitTransaction();
    return result;
  } catch (error) {
    await rollback(runner);
    throw error;
  } finally {
    await runner.release();
  }
}

/** @throws AppError `invalid_id` when the scope is neither a UUID nor `platform` */
export function assertScope(scope: Scope): void {
  if (scope !== 'platform' && !UUID.test(scope))
    throw new AppError('invalid_id', 'The scope must be the id of an organization, or platform');
}

async function begin(pool: RolePool, mode: TransactionMode): Promise<QueryRunner> {
  const beginning = open(pool, mode);
  try {
    return await within(pool.connectTimeoutMs, beginning, () => storeUnavailable(new Error('No answer from Postgres')));
  } catch (error) {
    void beginning.then(discard, () => undefined);
    throw asStoreError(error);
  }
}

async function open(pool: RolePool, { readOnly }: TransactionMode): Promise<QueryRunner> {
  const source = await pool.source();
  const runner = source.createQueryRunner();
  try {
    await runner.connect();
    await runner.startTransaction(readOnly ? 'REPEATABLE READ' : undefined);
    return runner;
  } catch (error) {
    await discard(runner);
    throw error;
  }
}

/** When the scope cannot be set, the transaction fails: no row is read or written without a scope. */
function setScope(runner: QueryRunner, { scope, readOnly }: TransactionMode): Promise<unknown> {
  return runner.query(readOnly ? SET_SCOPE_READ_ONLY : SET_SCOPE, [scope]);
}

async function rollback(runner: QueryRunner): Promise<void> {
  try {
    await runner.rollbackTransaction();
  } catch {
    await discard(runner);
  }
}

/** Closes the connection; the pool replaces it at the next use. */
async function discard(runner: QueryRunner): Promise<void> {
  if (runner.isReleased) return;
  await clientOf(runner).then(
    (client) => client.destroy(),
    () => undefined,
  );
  await runner.release();
}

async function clientOf(runner: QueryRunner): Promise<GuardedClient> {
  return (await runner.connect()) as GuardedClient;
}
