import type { Scope } from '#libs/contracts';
import type { EntityManager } from 'typeorm';
import type { Outbox } from '../outbox/outbox.js';

/** The objects of a running transaction. They must not be used after its end. */
export interface Transaction {
  readonly manager: EntityManager;
  /** The organization's id, or `platform`. */
  readonly scope: Scope;
  readonly outbox: Outbox;
}

export interface SystemTransactionOptions {
  /** Scope of queued facts. The system role sees every row in any scope. Default: `platform`. */
  readonly scope?: Scope;
  /** Id of the fact that this transaction handles: `metadata.causation_id` of the facts that it queues. */
  readonly causationId?: string;
}

export type Work<T> = (tx: Transaction) => Promise<T>;
