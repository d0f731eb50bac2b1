import { AsyncLocalStorage } from 'node:async_hooks';
import type { Scope } from '#libs/contracts';
import type { EntityManager } from 'typeorm';
import { assertScope } from './run-transaction.js';

const SAVEPOINT = 'part';
const current = new AsyncLocalStorage<OuterTransaction>();

export interface PartMode {
  /** The role of the part. Default: the login role. */
  readonly role?: string;
  readonly scope: Scope;
  /** Its changes are rolled back at its end. */
  readonly readOnly: boolean;
}

/**
 * One transaction around several: each becomes a savepoint, with the role and the scope that it asks for, so that row-level
 * security stays as it is. A part that fails is rolled back and leaves the others; all are committed together or none is.
 */
export class OuterTransaction {
  /** Parts share one connection, so they run one after the other. */
  #lastPart: Promise<unknown> = Promise.resolve();
  #isOver = false;

  constructor(
    private readonly database: object,
    private readonly manager: EntityManager,
  ) {}

  /** The outer transaction of this database that the current call runs in, if there is one. */
  static of(database: object): OuterTransaction | undefined {
    const found = current.getStore();
    return found?.database === database && !found.#isOver ? found : undefined;
  }

  /** Transactions that the work opens become parts. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await current.run(this, work);
    } finally {
      this.#isOver = true;
    }
  }

  part<T>(mode: PartMode, work: (manager: EntityManager) => Promise<T>): Promise<T> {
    const part = this.#lastPart.then(() => this.#part(mode, work));
    this.#lastPart = part.catch(() => undefined);
    return part;
  }

  async #part<T>(mode: PartMode, work: (manager: EntityManager) => Promise<T>): Promise<T> {
    await this.manager.query(opening(mode));
    try {
      // A transaction that is opened inside a part is a transaction of its own, as it is without an outer one.
      const result = await current.exit(() => work(this.manager));
      await this.manager.query(mode.readOnly ? ROLL_BACK : RELEASE);
      return result;
    } catch (error) {
      await this.manager.query(ROLL_BACK).catch(() => undefined); // the connection is gone, and the rest with it
      throw error;
    }
  }
}

/** Settings made since a savepoint are rolled back with it. */
const ROLL_BACK = `rollback to savepoint ${SAVEPOINT}; release savepoint ${SAVEPOINT}`;
const RELEASE = `release savepoint ${SAVEPOINT}; set local role none`;

/** Several statements in one round trip take no parameters: the scope is checked, the role comes from our own settings. */
function opening({ role, scope }: PartMode): string {
  assertScope(scope);
  const become = role === undefined ? 'none' : `"${role.replaceAll('"', '""')}"`;
  return `savepoint ${SAVEPOINT}; set local role ${become}; select set_config('app.org_id', '${scope}', true)`;
}
