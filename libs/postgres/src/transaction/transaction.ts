import type { Scope } from '#libs/contracts';
import type { EntityManager } from 'typeorm';
import type { Outbox } from '../outbox/outbox.js';

/** What is in reach while a transaction runs; nothing of it may be used after its end. */
export interface Transaction {
  readonly manager: EntityManager;
  /** The organization's id, or `platform`. */
  readonly scope: Scope;
  readonly outbox: Outbox;
}

export interface SystemTransactionOptions {
  /** Default `platform`. The system role sees every row whatever the scope is. */
  readonly scope?: Scope;
  /** The id of the fact that this transaction answers; stands in the facts that it queues. */
  readonly causationId?: string;
}

export type Work<T> = (tx: Transaction) => Promise<T>;
