import { AsyncLocalStorage } from 'node:async_hooks';
import type { Scope } from '#libs/contracts';
import type { EntityManager } from 'typeorm';
import { assertScope } from './run-transaction.js';

const SAVEPOINT = 'part';
const current = new AsyncLocalStorage<OuterTransaction>();

export interface PartMode {
  /** Role of the inner transaction. Default: the login role. */
  readonly role?: string;
  readonly scope: Scope;
  /** Changes of a read-only part are rolled back at its end. */
  readonly readOnly: boolean;
}

/**
 * A transaction that contains other transactions, its parts. Each part is a savepoint with its own role and scope, so that
 * row-level security applies as usual. A part that fails is rolled back alone; the others commit together with the outer one.
 */
export class OuterTransaction {
  /** Parts share one connection, so they run one after the other. */
  #lastPart: Promise<unknown> = Promise.resolve();
  #hasEnded = false;

  constructor(
    private readonly database: object,
    private readonly manager: EntityManager,
  ) {}

  /** Returns the outer transaction of this database that the current call runs in, if any. */
  static of(database: object): OuterTransaction | undefined {
    const found = current.getStore();
    return found?.database === database && !found.#hasEnded ? found : undefined;
  }

  /** Runs work; transactions that it opens become parts. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await current.run(this, work);
    } finally {
      this.#hasEnded = true;
    }
  }

  /** Runs a part after those before it. */
  part<T>(mode: PartMode, work: (manager: EntityManager) => Promise<T>): Promise<T> {
    const part = this.#lastPart.then(() => this.#part(mode, work));
    this.#lastPart = part.catch(() => undefined);
    return part;
  }

  async #part<T>(mode: PartMode, work: (manager: EntityManager) => Promise<T>): Promise<T> {
    await this.manager.query(opening(mode));
    try {
      // A transaction that is opened inside a part is independent, as it is without an outer transaction.
      const result = await current.exit(() => work(this.manager));
      await this.manager.query(mode.readOnly ? ROLL_BACK : RELEASE);
      return result;
    } catch (error) {
      await this.manager.query(ROLL_BACK).catch(() => undefined); // the connection is lost, and with it the outer transaction
      throw error;
    }
  }
}

/** Rolling back to a savepoint also resets the role and the scope that were set after it. */
const ROLL_BACK = `rollback to savepoint ${SAVEPOINT}; release savepoint ${SAVEPOINT}`;
const RELEASE = `release savepoint ${SAVEPOINT}; set local role none`;

/**
 * Several statements in one round trip cannot have parameters. The scope is validated, and the role comes from our own settings.
 */
function opening({ role, scope }: PartMode): string {
  assertScope(scope);
  const roleSql = role === undefined ? 'none' : `"${role.replaceAll('"', '""')}"`;
  return `savepoint ${SAVEPOINT}; set local role ${roleSql}; select set_config('app.org_id', '${scope}', true)`;
}
