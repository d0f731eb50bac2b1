import { AsyncLocalStorage } from 'node:async_hooks';
import type { Scope } from '#libs/contracts';
import type { EntityManager } from 'typeorm';
import { assertScope } from './run-transaction.js';

const SAVEPOINT = 'part';
const around = new AsyncLocalStorage<Surrounding>();

export interface PartMode {
  /** The role to be while it runs; the login role unless given. */
  readonly role?: string;
  readonly scope: Scope;
  /** Nothing of it stays. */
  readonly readOnly: boolean;
}

/**
 * A transaction around what would be several: each becomes a part of it, as the role and in the scope that it asks for, so that
 * no wall is lower. A part that fails is undone and leaves the others; all of them are kept together or not at all.
 */
export class Surrounding {
  /** Parts share one connection: they come one after the other. */
  #turn: Promise<unknown> = Promise.resolve();
  #isOver = false;

  constructor(
    private readonly database: object,
    private readonly manager: EntityManager,
  ) {}

  /** The one that this call runs in, if it is of this database and not over. */
  static of(database: object): Surrounding | undefined {
    const found = around.getStore();
    return found?.database === database && !found.#isOver ? found : undefined;
  }

  /** Transactions that are opened in the work become parts. */
  async hold<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await around.run(this, work);
    } finally {
      this.#isOver = true;
    }
  }

  part<T>(mode: PartMode, work: (manager: EntityManager) => Promise<T>): Promise<T> {
    const mine = this.#turn.then(() => this.#part(mode, work));
    this.#turn = mine.catch(() => undefined);
    return mine;
  }

  async #part<T>(mode: PartMode, work: (manager: EntityManager) => Promise<T>): Promise<T> {
    await this.manager.query(opening(mode));
    try {
      // What opens a transaction inside of one gets its own, as it would without us.
      const result = await around.exit(() => work(this.manager));
      await this.manager.query(mode.readOnly ? UNDONE : KEPT);
      return result;
    } catch (error) {
      await this.manager.query(UNDONE).catch(() => undefined); // the connection is gone, and the rest with it
      throw error;
    }
  }
}

/** Settings made since a savepoint go with it when it is undone. */
const UNDONE = `rollback to savepoint ${SAVEPOINT}; release savepoint ${SAVEPOINT}`;
const KEPT = `release savepoint ${SAVEPOINT}; set local role none`;

/** Several statements in one round trip take no parameters: the scope is checked, the role is of our own settings. */
function opening({ role, scope }: PartMode): string {
  assertScope(scope);
  const become = role === undefined ? 'none' : `"${role.replaceAll('"', '""')}"`;
  return `savepoint ${SAVEPOINT}; set local role ${become}; select set_config('app.org_id', '${scope}', true)`;
}
